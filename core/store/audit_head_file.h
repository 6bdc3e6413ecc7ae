#pragma once

/// @file core/store/audit_head_file.h
/// The second place: a file to which signed heads are appended, best on another machine's disk and append-only there.

#include <string>
#include <vector>

#include "core/base/result.h"

namespace ztix::store {

class AuditHeadFile {
 public:
  explicit AuditHeadFile(std::string path) : path_(std::move(path)) {}

  /// Returns when the line is on the disk. A line that a crash left unfinished is ended first. unavailable.
  Status append(const std::string& line) const;
  [[nodiscard]] bool exists() const;
  /// None when there is no such file yet; unavailable when it cannot be read.
  [[nodiscard]] Result<std::vector<std::string>> lines() const;

 private:
  std::string path_;
};

}  // namespace ztix::store
