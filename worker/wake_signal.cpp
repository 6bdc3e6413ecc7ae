#include "worker/wake_signal.h"

namespace ztix::worker {

void WakeSignal::wake() {
  {
    const std::lock_guard hold(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void WakeSignal::wait_for(std::chrono::milliseconds timeout) {
  std::unique_lock hold(mutex_);
  changed_.wait_for(hold, timeout, [this] { return woken_; });
  woken_ = false;
}

}  // namespace ztix::worker
