#pragma once

/// @file tests/support/fake_wake_up.h
/// Hints in memory, between threads. Held to the Redis stream by tests/contract/queue.

#include <condition_variable>
#include <deque>
#include <mutex>

#include "core/service/ports/wake_up.h"

namespace ztix::test {

/// Both ends; any number of receivers may wait on it.
class FakeWakeUp final : public service::WakeUpSender, public service::WakeUpReceiver {
 public:
  void wake(std::int64_t job_id) noexcept override {
    const std::lock_guard hold(mutex_);
    if (is_down_) return;
    hints_.push_back(job_id);
    changed_.notify_one();
  }

  using WakeUpReceiver::wait;
  Result<std::optional<std::int64_t>> wait(std::chrono::milliseconds timeout, const std::stop_token& stop) override {
    std::unique_lock hold(mutex_);
    changed_.wait_for(hold, stop, timeout, [this] { return is_down_ || !hints_.empty(); });
    if (is_down_) return fail(ErrorCode::unavailable, "The source of hints is down.");
    if (hints_.empty()) return std::optional<std::int64_t>();
    const auto first = hints_.front();
    hints_.pop_front();
    return std::optional(first);
  }

  void lose_all() {
    const std::lock_guard hold(mutex_);
    hints_.clear();
  }
  void set_down(bool is_down) {
    const std::lock_guard hold(mutex_);
    is_down_ = is_down;
    hints_.clear();
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::int64_t> hints_;
  bool is_down_ = false;
};

}  // namespace ztix::test
