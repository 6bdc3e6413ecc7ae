#pragma once

/// @file route-server/helper/input.h
/// What the caller sends: lines, and bytes between them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::helper {

class Input {
 public:
  enum class Line : std::uint8_t {
    whole,
    cut,       ///< the input ended before its newline; what came is given
    end,       ///< nothing came any more
    too_long,  ///< the input cannot be used any further
  };

  explicit Input(int descriptor) : descriptor_(descriptor) {}

  /// The next line without its newline.
  [[nodiscard]] Line read_line(std::string& line, std::size_t longest);
  /// Up to `most` of the bytes that come next, good until the next call; none at the end.
  [[nodiscard]] std::string_view read_some(std::size_t most);

 private:
  [[nodiscard]] bool fill();

  int descriptor_;
  std::vector<char> buffer_;
  std::string_view unread_;  ///< of the buffer
};

}  // namespace ztix::helper
