#pragma once

/// @file core/identity/breach_list.h
/// A file with the SHA-1 of passwords that were published, as "Pwned Passwords" is downloaded ordered by hash: one line
/// each, 40 hexadecimal digits in ascending order, with or without `:` and a number behind them. The file may be larger
/// than the memory: a look-up reads some forty times 128 bytes of it.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::identity {

class BreachList {
 public:
  /// Looks at the file here and there, so that one of another kind or in another order is found out now.
  /// @return unavailable, for what cannot be read and for what is no such list.
  [[nodiscard]] static Result<BreachList> open(const std::string& path);

  /// Used by any number of threads at once. @return unavailable, when the file can no longer be read.
  [[nodiscard]] Result<bool> contains(const SecretString& password) const;

 private:
  struct Line {
    std::int64_t begin = 0;
    std::string sha1;  ///< raw bytes; empty: there is no further line
  };
  BreachList(std::string path, Descriptor file, std::int64_t size)
      : path_(std::move(path)), file_(std::move(file)), size_(size) {}
  /// The first line that begins at `from` or behind it.
  [[nodiscard]] Result<Line> line_at(std::int64_t from) const;
  [[nodiscard]] Status check_order() const;
  [[nodiscard]] Error broken(std::string_view why) const;

  std::string path_;
  Descriptor file_;
  std::int64_t size_;
};

}  // namespace ztix::identity
