#include "worker/periodic.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "core/log/log.h"

namespace ztix::worker {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

void run_due(const std::vector<PeriodicTask>& tasks, std::vector<SteadyTime>& next, SteadyTime now) {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (now < next[i]) continue;
    if (const auto done = tasks[i].run(); !done) {
      log::warn("periodic.failed", {{"task", tasks[i].name}, {"error", done.error().message}});
    }
    next[i] = now + tasks[i].interval;
  }
}

}  // namespace

void run_periodically(const std::vector<PeriodicTask>& tasks, const std::stop_token& stop) {
  std::vector<SteadyTime> next(tasks.size());
  std::mutex mutex;
  std::condition_variable_any nudge;
  std::unique_lock hold(mutex);
  while (!stop.stop_requested()) {
    run_due(tasks, next, std::chrono::steady_clock::now());
    nudge.wait_until(hold, stop, *std::min_element(next.begin(), next.end()), [] { return false; });
  }
}

}  // namespace ztix::worker
