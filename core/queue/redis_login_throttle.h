#pragma once

/// @file core/queue/redis_login_throttle.h
/// Counts guesses in Redis, each decision in one script: nothing happens between looking and counting.

#include "core/base/secret_string.h"
#include "core/queue/redis_connection.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/login_throttle.h"

namespace ztix::queue {

/// Keys `ztix:throttle:<kind>:<whose>:<what>`, all with an end: `count`, `pause` (there while nothing is admitted),
/// `refused`, and `usual`. `whose` is an HMAC of account or block: who reads the store learns no names. All time is
/// Redis's own, so that several applications agree.
class RedisLoginThrottle final : public service::LoginThrottle {
 public:
  /// @param key  of the HMAC; another one forgets everything.
  RedisLoginThrottle(RedisPool& redis, service::RandomSource& random, SecretString key,
                     service::ThrottlePolicy policy = {})
      : redis_(redis), random_(random), key_(std::move(key)), policy_(policy) {}

  Result<service::GuessVerdict> begin(const service::Guess& guess) override;
  Status was_right(const service::Guess& guess, const service::GuessVerdict& verdict) override;
  Status was_not_checked(const service::Guess& guess, const service::GuessVerdict& verdict) override;

 private:
  [[nodiscard]] std::vector<std::string> keys_of(const service::Guess& guess) const;
  Status settle(const service::Guess& guess, const service::GuessVerdict& verdict, bool right);

  RedisPool& redis_;
  service::RandomSource& random_;
  SecretString key_;
  service::ThrottlePolicy policy_;
};

}  // namespace ztix::queue
