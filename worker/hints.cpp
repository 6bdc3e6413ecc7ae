#include "worker/hints.h"

#include <condition_variable>
#include <mutex>

#include "core/log/log.h"

namespace ztix::worker {
namespace {

constexpr std::chrono::milliseconds kWait{1'000};
constexpr std::chrono::milliseconds kPauseAfterFailure{1'000};

void pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nudge;
  std::unique_lock hold(mutex);
  nudge.wait_for(hold, stop, kPauseAfterFailure, [] { return false; });
}

}  // namespace

void pass_hints_on(service::WakeUpReceiver& source, WakeSignal& signal, const std::stop_token& stop) {
  bool down = false;
  while (!stop.stop_requested()) {
    const auto hint = source.wait(kWait, stop);
    if (!hint) {
      if (!down) log::warn("hints.lost", {{"error", hint.error().message}});
      down = true;
      pause(stop);
      continue;
    }
    if (down) log::info("hints.back");
    down = false;
    if (*hint) signal.wake();
  }
}

}  // namespace ztix::worker
