#pragma once

/// @file tests/integration/login/login_world.h
/// Logging in over real PostgreSQL, Redis and argon2, with a count of the passwords that were really hashed.

#include <atomic>
#include <string>

#include <doctest/doctest.h>

#include "core/identity/argon2_hasher.h"
#include "core/queue/redis_login_throttle.h"
#include "core/queue/redis_session_store.h"
#include "core/service/accounts.h"
#include "core/service/system.h"
#include "core/store/account_store.h"
#include "core/store/audit_store.h"
#include "core/store/network_store.h"
#include "tests/support/test_database.h"
#include "tests/support/test_redis.h"

namespace ztix::test {

/// Counts the runs of the real one.
class CountingHasher final : public service::PasswordHasher {
 public:
  explicit CountingHasher(service::PasswordHasher& real) : real_(real) {}

  Result<std::string> hash(const SecretString& password) override { return real_.hash(password); }
  Result<service::PasswordVerdict> verify(const SecretString& password, const std::string& phc) override {
    auto verdict = real_.verify(password, phc);
    if (verdict) ++checked;
    return verdict;
  }
  Status waste_one_run(const SecretString& password) override {
    auto done = real_.waste_one_run(password);
    if (done) ++checked;
    return done;
  }

  std::atomic<int> checked{0};

 private:
  service::PasswordHasher& real_;
};

inline const std::string kRightPassword = "four plain words of a test";

struct RealLoginWorld {
  explicit RealLoginWorld(identity::Argon2Cost cost, service::ThrottlePolicy policy = {})
      : argon2(random, 64, cost), throttle(redis, random, SecretString("a key of a test"), policy) {}

  void add_user(const std::string& name) {
    const auto hash = argon2.hash(SecretString(kRightPassword)).value();
    REQUIRE(accounts_store.create_user({name, hash, {domain::Role::member_operator}, {}, {}},
                                       {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}));
  }
  Result<service::NewLogin> log_in(const std::string& name, const std::string& password, const std::string& address) {
    return accounts.log_in(name, SecretString(password),
                           {service::ActorKind::user, std::nullopt, "", address, "trace-1"});
  }
  std::int64_t rows(const std::string& action) {
    return database.sql("SELECT count(*) AS n FROM audit WHERE action = $1", {action}).one().get<std::int64_t>("n");
  }

  TestDatabase database;
  TestRedis redis_server;
  store::Database owner{database.settings()};
  store::Database app{database.settings("ztix_app")};
  service::SystemClock clock;
  service::SystemRandom random;
  identity::Argon2Hasher argon2;
  CountingHasher hasher{argon2};
  store::PgAccountStore accounts_store{owner};
  store::PgAuditStore audit{app};
  store::PgNetworkStore networks{app};
  queue::RedisPool redis{queue::RedisAddress::parse(redis_server.url()).value(), std::chrono::seconds(2)};
  queue::RedisSessionStore sessions{redis, clock, random, {}};
  queue::RedisLoginThrottle throttle;
  service::GuessGuard guesses{throttle, audit};
  service::Accounts accounts{{accounts_store, sessions, hasher, audit, networks, random, clock, guesses}};
};

}  // namespace ztix::test
