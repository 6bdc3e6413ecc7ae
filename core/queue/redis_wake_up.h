#pragma once

/// @file core/queue/redis_wake_up.h
/// Job ids in a Redis Stream. NOACK and a trimmed stream: what is lost here is found by the sweep, at the cost of a
/// second at most, so there is nothing to acknowledge and nothing to reclaim.

#include <chrono>
#include <string>

#include "core/base/guarded.h"
#include "core/queue/redis_connection.h"
#include "core/service/ports/wake_up.h"

namespace ztix::queue {

class RedisWakeUpSender final : public service::WakeUpSender {
 public:
  explicit RedisWakeUpSender(RedisAddress address);
  /// After a failure hints are dropped for one second, so that a dead Redis costs a request almost nothing.
  void wake(std::int64_t job_id) noexcept override;

 private:
  struct State {
    RedisConnection connection;
    std::chrono::steady_clock::time_point silent_until{};
  };
  Guarded<std::unique_ptr<State>> state_;
};

/// One consumer of the group `workers`; each hint reaches one of them.
class RedisWakeUpReceiver final : public service::WakeUpReceiver {
 public:
  /// @param consumer  unique per process; @param longest_wait  upper bound of `timeout` in `wait`.
  RedisWakeUpReceiver(RedisAddress address, std::string consumer, std::chrono::milliseconds longest_wait);
  using WakeUpReceiver::wait;
  Result<std::optional<std::int64_t>> wait(std::chrono::milliseconds timeout, const std::stop_token& stop) override;

 private:
  /// Nothing when `stop` was requested.
  Result<std::optional<RedisReply>> read_group(std::chrono::milliseconds timeout, const std::stop_token& stop);
  RedisConnection connection_;
  std::string consumer_;
};

}  // namespace ztix::queue
