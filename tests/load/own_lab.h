#pragma once

/// @file tests/load/own_lab.h
/// A lab for one test, as large as it wants, beside the checkout's.

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/lab.h"

namespace ztix::test {

/// Up for as long as this object lives.
class OwnLab {
 public:
  /// @param name     a part of its folder's name, and so of all its names.
  /// @param options  of lab/up, e.g. `--members 30`.
  /// @param settings of the programs, `NAME=value`; those that lab/up passes on.
  /// @throws std::runtime_error with the end of its output when it does not come up.
  OwnLab(const std::string& name, const std::vector<std::string>& options,
         const std::vector<std::string>& settings = {});
  ~OwnLab();
  OwnLab(const OwnLab&) = delete;
  OwnLab& operator=(const OwnLab&) = delete;

  [[nodiscard]] Lab& lab() { return *lab_; }

 private:
  std::string checkout_;
  std::unique_ptr<Lab> lab_;
};

}  // namespace ztix::test
