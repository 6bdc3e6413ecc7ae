#pragma once

/// @file core/queue/redis_challenge_store.h
/// Challenges in Redis, under the session they were given to.

#include "core/queue/redis_connection.h"
#include "core/service/ports/challenge_store.h"

namespace ztix::queue {

/// Keys: `ztix:challenge:<purpose>:<session id>` (base64url of the challenge, a space, the label; expires).
class RedisChallengeStore final : public service::ChallengeStore {
 public:
  explicit RedisChallengeStore(RedisPool& redis) : redis_(redis) {}

  Status put(const Uuid& session, service::ChallengePurpose purpose, const service::Challenge& challenge) override;
  Result<std::optional<service::Challenge>> take(const Uuid& session, service::ChallengePurpose purpose) override;

 private:
  RedisPool& redis_;
};

}  // namespace ztix::queue
