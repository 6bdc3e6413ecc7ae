#pragma once

/// @file core/queue/redis_session_store.h
/// Login sessions in Redis, under the SHA-256 of their token: who reads the store cannot take a session over.

#include "core/queue/redis_connection.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/session_store.h"

namespace ztix::queue {

/// Keys: `ztix:session:<sha256>` (JSON, expires after the idle time) and `ztix:user-sessions:<user id>` (a set).
class RedisSessionStore final : public service::SessionStore {
 public:
  RedisSessionStore(RedisPool& redis, service::Clock& clock, service::RandomSource& random,
                    service::SessionLifetime lifetime)
      : redis_(redis), clock_(clock), random_(random), lifetime_(lifetime) {}

  Result<SecretString> create(const service::Session& session) override;
  Result<std::vector<std::optional<service::Session>>> find_all(const std::vector<SecretString>& tokens) override;
  Status end(const SecretString& token) override;
  Status end_all_of(const Uuid& user) override;
  Result<std::vector<service::ListedSession>> sessions_of(const Uuid& user) override;
  Result<bool> end_one_of(const Uuid& user, const Uuid& id) override;

 private:
  struct Kept {
    std::string key;
    service::ListedSession listed;
  };
  Result<std::vector<Kept>> kept_of(const Uuid& user);
  [[nodiscard]] std::chrono::seconds idle_of(const service::Session& session) const;
  [[nodiscard]] bool is_too_old(const service::Session& session) const;

  RedisPool& redis_;
  service::Clock& clock_;
  service::RandomSource& random_;
  service::SessionLifetime lifetime_;
};

}  // namespace ztix::queue
