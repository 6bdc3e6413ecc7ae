#include "lab/peeringdb/query_limits.h"

namespace ztix::lab::peeringdb {

namespace {

using std::chrono::seconds;

constexpr std::size_t kAnonymous = 20;
constexpr std::size_t kWithKey = 40;
constexpr std::size_t kRepeats = 2;
constexpr std::size_t kLarge = 100'000;
constexpr seconds kMinute{60};
constexpr seconds kHour{3'600};

/// Time until one more fits, of those that are at most `window` old.
std::optional<seconds> wait_of(std::deque<QueryLimits::Time>& at, std::size_t most, seconds window,
                               QueryLimits::Time now) {
  while (!at.empty() && now - at.front() >= window) at.pop_front();
  if (at.size() < most) return std::nullopt;
  return std::chrono::ceil<seconds>(at[at.size() - most] + window - now);
}

}  // namespace

std::optional<seconds> QueryLimits::refuse(const std::string& key, const std::string& query, Time now) {
  const std::lock_guard hold(mutex_);
  auto& asked = by_key_[key];
  if (const auto wait = wait_of(asked, key.empty() ? kAnonymous : kWithKey, kMinute, now)) return wait;
  if (key.empty()) {
    auto& repeats = repeats_[query];
    const auto most = repeats.is_large ? 1 : kRepeats;
    if (const auto wait = wait_of(repeats.at, most, repeats.is_large ? kHour : kMinute, now)) return wait;
    repeats.at.push_back(now);
  }
  asked.push_back(now);
  return std::nullopt;
}

void QueryLimits::answered(const std::string& query, std::size_t bytes) {
  const std::lock_guard hold(mutex_);
  repeats_[query].is_large = bytes > kLarge;
}

}  // namespace ztix::lab::peeringdb
