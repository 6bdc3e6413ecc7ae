#pragma once

/// @file worker/wake_signal.h
/// "Look now": hints from Redis, from NOTIFY and from finished jobs meet here.

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace ztix::worker {

class WakeSignal {
 public:
  /// Many wakes before one wait are one wake.
  void wake();
  /// Returns after a wake or after `timeout`, whichever comes first.
  void wait_for(std::chrono::milliseconds timeout);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
};

}  // namespace ztix::worker
