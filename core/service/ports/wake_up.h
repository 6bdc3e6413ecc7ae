#pragma once

/// @file core/service/ports/wake_up.h
/// Hints that a job may be due. They may be lost, repeated or late: PostgreSQL decides, the sweep finds what was lost.

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "core/base/result.h"

namespace ztix::service {

class WakeUpSender {
 public:
  virtual ~WakeUpSender() = default;
  /// Best effort, after the commit; never blocks longer than a few milliseconds and never fails the caller.
  virtual void wake(std::int64_t job_id) noexcept = 0;
};

class WakeUpReceiver {
 public:
  virtual ~WakeUpReceiver() = default;
  /// Waits for a hint; nullopt after `timeout`, or at once when `stop` is requested; `unavailable` while the source is
  /// down (the caller goes on sweeping).
  virtual Result<std::optional<std::int64_t>> wait(std::chrono::milliseconds timeout, const std::stop_token& stop) = 0;
  /// Without an end but the time.
  Result<std::optional<std::int64_t>> wait(std::chrono::milliseconds timeout) { return wait(timeout, {}); }
};

}  // namespace ztix::service
