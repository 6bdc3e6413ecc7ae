#pragma once

/// @file cli/output.h
/// What a command prints: an aligned table for people, one JSON document for programs.

#include <iosfwd>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/error.h"

namespace ztix::cli {

/// Aligned columns, a header in upper case, no frame: made to be read and to be cut by other tools.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  /// @throws std::logic_error unless there is one cell per column.
  void add(std::vector<std::string> cells);
  void print(std::ostream& out) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// Exit codes of sysexits.h where there is one.
enum ExitCode : int { kOk = 0, kFailed = 1, kUsage = 2, kTryLater = 75, kConfiguration = 78 };

/// 75 for what may succeed later without anybody changing anything, else 1.
[[nodiscard]] int exit_code(const Error& error);

/// The API's error envelope, without a request id.
[[nodiscard]] nlohmann::json error_envelope(const Error& error);

/// `ztix: message` and, when there are any, the facts; never the detail, which is for logs.
void print_error(std::ostream& out, const Error& error);

/// Lines of `{name, ok, message, remedy}`.
void print_checks(std::ostream& out, const nlohmann::json& checks);

}  // namespace ztix::cli
