#pragma once

/// @file worker/periodic.h
/// What the worker does by the clock instead of by a job: cheap statements that find what events have missed.

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace ztix::worker {

struct PeriodicTask {
  std::string name;
  std::chrono::milliseconds interval;
  std::function<Status()> run;
};

/// Runs each task once at the start and then in its interval, on the calling thread, until stopped. A failing task is
/// logged and tried again in its next turn.
void run_periodically(const std::vector<PeriodicTask>& tasks, const std::stop_token& stop);

}  // namespace ztix::worker
