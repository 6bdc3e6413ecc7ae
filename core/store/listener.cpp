#include "core/store/listener.h"

#include <algorithm>
#include <utility>

#include "core/base/readable.h"
#include "core/base/text.h"
#include "core/store/database_failure.h"

namespace ztix::store {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Listener::Listener(DatabaseSettings settings, std::string channel)
    : settings_(std::move(settings)), channel_(std::move(channel)) {
  settings_.application_name += " listener";
}

void Listener::connect() {
  connection_ = std::make_unique<Connection>(settings_);
  connection_->listen(channel_);
  back_off_ = milliseconds(0);
  hints_.push_back(0);
}

void Listener::lose() {
  connection_.reset();
  // At once after the first loss (a restart takes milliseconds), then ever slower.
  next_try_ = steady_clock::now() + back_off_;
  back_off_ = std::clamp(back_off_ * 2, kFirstBackOff, kLongestBackOff);
}

Result<bool> Listener::receive(milliseconds timeout, const std::stop_token& stop) {
  ZTIX_ASSIGN(const auto waited, wait_readable(connection_->socket(), timeout, stop));
  if (waited != Waited::readable) return false;
  for (const auto& [channel, payload] : connection_->take_notifications()) {
    hints_.push_back(parse_decimal<std::int64_t>(payload).value_or(0));
  }
  return true;
}

Result<std::optional<std::int64_t>> Listener::wait(milliseconds timeout, const std::stop_token& stop) {
  const auto deadline = steady_clock::now() + timeout;
  try {
    if (!connection_) {
      const auto pause = std::chrono::ceil<milliseconds>(std::min(deadline, next_try_) - steady_clock::now());
      ZTIX_ASSIGN(const auto waited, wait_readable(kNothing, pause, stop));
      if (waited == Waited::stopped) return std::optional<std::int64_t>();
      if (steady_clock::now() < next_try_) return fail(ErrorCode::unavailable, "The database is not available.");
      connect();
    }
    while (hints_.empty()) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
      if (left.count() <= 0) return std::optional<std::int64_t>();
      ZTIX_ASSIGN(const bool received, receive(left, stop));
      if (!received) return std::optional<std::int64_t>();
    }
  } catch (const DbFailure& failure) {
    lose();
    return to_error(failure);
  }
  const auto hint = hints_.front();
  hints_.pop_front();
  return std::optional(hint);
}

}  // namespace ztix::store
