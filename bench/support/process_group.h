#pragma once

/// @file bench/support/process_group.h
/// A program with all that it starts, which can be killed as a whole.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"

namespace ztix::bench {

using Environment = std::map<std::string, std::string>;

/// Killed (SIGKILL) at the end of its scope. Made and destroyed by the main thread.
class ProcessGroup {
 public:
  ProcessGroup(const Environment& environment, const std::vector<std::string>& words, const std::string& log_file);
  ProcessGroup(ProcessGroup&& other) noexcept : leader_(std::move(other.leader_)), id_(std::exchange(other.id_, -1)) {}
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;
  ~ProcessGroup() { kill(); }

  /// Its id is that of its first process.
  [[nodiscard]] pid_t id() const noexcept { return id_; }
  void kill();
  /// Asks the first process to end by itself, then kills what is left.
  void stop();

 private:
  test::Child leader_;
  pid_t id_;
};

/// Runs a program with these settings to its end and returns what it said. @throws std::runtime_error when it fails.
std::string run_with(const Environment& environment, const std::vector<std::string>& words);

}  // namespace ztix::bench
