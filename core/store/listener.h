#pragma once

/// @file core/store/listener.h
/// NOTIFY as a source of hints, on a connection of its own that comes back by itself.

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/service/ports/wake_up.h"
#include "core/store/connection.h"
#include "core/store/database_settings.h"

namespace ztix::store {

/// Used by one thread. What is notified while the connection is down is lost, as with any hint: therefore the first
/// hint after each (re)connect is job id 0, "look yourself".
class Listener final : public service::WakeUpReceiver {
 public:
  static constexpr std::chrono::milliseconds kFirstBackOff{100};
  static constexpr std::chrono::milliseconds kLongestBackOff{10'000};

  /// @param channel  its payloads are job ids, e.g. `job_ready`; any other payload counts as job id 0.
  Listener(DatabaseSettings settings, std::string channel);

  using WakeUpReceiver::wait;
  /// Connects when it is time to; while it is not, waits and says `unavailable`, or nullopt when it is to stop.
  Result<std::optional<std::int64_t>> wait(std::chrono::milliseconds timeout, const std::stop_token& stop) override;

 private:
  void connect();
  void lose();
  /// Waits until something arrives; false when nothing did.
  Result<bool> receive(std::chrono::milliseconds timeout, const std::stop_token& stop);

  DatabaseSettings settings_;
  std::string channel_;
  std::unique_ptr<Connection> connection_;
  std::deque<std::int64_t> hints_;
  std::chrono::milliseconds back_off_{0};
  std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace ztix::store
