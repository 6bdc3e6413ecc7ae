#pragma once

/// @file tests/faults/worker_process.h
/// A worker of the suite's own (or another program that has crash points), with the lab's settings, times of its own
/// and, if wished, an armed crash point.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace ztix::faults {

/// How patient a worker is. Short ones make a cell a matter of seconds; some cells run at production's values.
struct Times {
  std::chrono::milliseconds lease{2'000};
  std::chrono::milliseconds heartbeat{500};
  std::chrono::milliseconds sweep{200};
  std::chrono::seconds undo_after{5};
  std::chrono::milliseconds verify{1'000};
  std::chrono::milliseconds unreachable_retry{500};

  [[nodiscard]] static Times production() {
    using std::chrono::milliseconds;
    return {milliseconds(15'000),     milliseconds(4'000),  milliseconds(1'000),
            std::chrono::seconds(60), milliseconds(10'000), milliseconds(10'000)};
  }
};

using Environment = std::map<std::string, std::string>;

/// What makes a worker stop (SIGSTOP) at its first, or n-th, passage of a point.
[[nodiscard]] Environment stop_at(const std::string& point, int nth = 1);

class WorkerProcess {
 public:
  /// Starts it. `folder` receives its log, its report of the point and its settings.
  WorkerProcess(const std::string& settings_file, const std::vector<std::string>& command, const std::string& folder,
                const std::string& name, const Times& times, const Environment& extra);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// It reported the point and the kernel says that it is stopped.
  [[nodiscard]] bool has_stopped_at_point() const;
  [[nodiscard]] bool is_running() { return child_.is_running(); }
  [[nodiscard]] std::string log() const;
  void resume() const;
  /// SIGKILL, and waits until it is gone. True if a signal ended it, false if it was gone before.
  bool kill();
  /// SIGTERM; SIGKILL after 3 s.
  void stop() { child_.stop(); }

 private:
  static test::Child start(const std::string& settings_file, const std::vector<std::string>& command,
                           const std::string& folder, const std::string& name, const Times& times, Environment extra);
  std::string folder_;
  std::string name_;
  test::Child child_;
  pid_t pid_;
};

}  // namespace ztix::faults
