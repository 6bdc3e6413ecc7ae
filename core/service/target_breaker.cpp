#include "core/service/target_breaker.h"

#include <utility>

namespace ztix::service {

using std::chrono::milliseconds;

std::optional<milliseconds> TargetBreaker::wait_for(const std::string& target, const std::string& subject) {
  const auto now = clock_.monotonic();
  return states_.with([&](auto& states) -> std::optional<milliseconds> {
    const auto found = states.find(target);
    if (found == states.end() || found->second.failures < settings_.failures) return std::nullopt;
    auto& state = found->second;
    if (now >= state.next_attempt) {
      state.next_attempt = now + settings_.probe_every;
      return std::nullopt;
    }
    state.waiting.insert(subject);
    return std::chrono::ceil<milliseconds>(state.next_attempt - now);
  });
}

void TargetBreaker::failed(const std::string& target, const std::string& subject) {
  const auto next = clock_.monotonic() + settings_.probe_every;
  states_.with([&](auto& states) {
    auto& state = states[target];
    ++state.failures;
    state.next_attempt = next;
    state.waiting.insert(subject);
  });
}

std::vector<std::string> TargetBreaker::succeeded(const std::string& target) {
  return states_.with([&](auto& states) {
    const auto found = states.find(target);
    if (found == states.end()) return std::vector<std::string>();
    std::vector<std::string> waiting(found->second.waiting.begin(), found->second.waiting.end());
    states.erase(found);
    return waiting;
  });
}

}  // namespace ztix::service
