#pragma once

/// @file core/queue/redis_login_attempt_store.h
/// Begun logins in Redis, under the SHA-256 of their state.

#include "core/queue/redis_connection.h"
#include "core/service/ports/login_attempt_store.h"

namespace ztix::queue {

/// Keys: `ztix:login-attempt:<sha256>` (JSON, expires).
class RedisLoginAttemptStore final : public service::LoginAttemptStore {
 public:
  explicit RedisLoginAttemptStore(RedisPool& redis) : redis_(redis) {}

  Status put(const std::string& state, const service::LoginAttempt& attempt) override;
  Result<std::optional<service::LoginAttempt>> take(const std::string& state) override;

 private:
  RedisPool& redis_;
};

}  // namespace ztix::queue
