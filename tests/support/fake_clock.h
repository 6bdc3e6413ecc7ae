#pragma once

/// @file tests/support/fake_clock.h
/// Time that only moves when somebody sleeps or a test says so.

#include <functional>
#include <utility>

#include "core/service/ports/clock.h"

namespace ztix::test {

/// Not thread safe.
class FakeClock final : public service::Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return start_ + elapsed_; }
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::time_point() + elapsed_;
  }
  void sleep_for(std::chrono::milliseconds duration) override {
    elapsed_ += duration;
    ++sleeps;
    if (while_asleep) while_asleep();
  }
  void advance(std::chrono::milliseconds duration) { elapsed_ += duration; }

  int sleeps = 0;
  std::function<void()> while_asleep;  ///< what the rest of the world does meanwhile

 private:
  Timestamp start_{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};
  std::chrono::milliseconds elapsed_{0};
};

}  // namespace ztix::test
