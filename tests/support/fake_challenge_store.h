#pragma once

/// @file tests/support/fake_challenge_store.h
/// Challenges for passkeys in memory; held to Redis by tests/contract/queue.

#include <map>
#include <string>
#include <utility>

#include "core/service/ports/challenge_store.h"
#include "core/service/ports/clock.h"

namespace ztix::test {

class FakeChallengeStore final : public service::ChallengeStore {
 public:
  explicit FakeChallengeStore(const service::Clock& clock) : clock_(clock) {}

  Status put(const Uuid& session, service::ChallengePurpose purpose, const service::Challenge& challenge) override {
    if (is_down) return gone();
    challenges_.insert_or_assign({session.text(), purpose}, std::pair(challenge, clock_.now()));
    return {};
  }
  Result<std::optional<service::Challenge>> take(const Uuid& session, service::ChallengePurpose purpose) override {
    using Found = std::optional<service::Challenge>;
    if (is_down) return gone();
    const auto found = challenges_.find({session.text(), purpose});
    if (found == challenges_.end()) return Found();
    const auto [challenge, put_at] = found->second;
    challenges_.erase(found);
    return clock_.now() - put_at >= service::kChallengeTime ? Found() : Found(challenge);
  }

  bool is_down = false;

 private:
  static Error gone() { return fail(ErrorCode::unavailable, "The store of challenges is down."); }

  const service::Clock& clock_;
  std::map<std::pair<std::string, service::ChallengePurpose>, std::pair<service::Challenge, Timestamp>> challenges_;
};

}  // namespace ztix::test
