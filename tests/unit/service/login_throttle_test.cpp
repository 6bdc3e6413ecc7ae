#include <string>

#include <doctest/doctest.h>

#include "core/service/accounts.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_login_throttle.h"
#include "tests/support/fake_network_store.h"

namespace ztix::service {
namespace {

using namespace std::chrono_literals;

const std::string kRight = "the right password";

struct ThrottledWorld {
  ThrottledWorld() {
    alice = accounts_store.create_user({"alice", test::FakePasswordHasher::hash_of(kRight), {}, {}, {}}, {}).value().id;
  }
  Result<NewLogin> log_in(const std::string& name, const std::string& password, const std::string& address) {
    return accounts.log_in(name, SecretString(password), {ActorKind::user, std::nullopt, "", address, "trace-1"});
  }
  /// Wrong passwords, each from another block. @return the answer to the last.
  Error guess(const std::string& name, int times) {
    Error last;
    for (int i = 0; i < times; ++i) {
      last = log_in(name, "wrong", "198." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1").error();
    }
    return last;
  }
  [[nodiscard]] int rows(const std::string& action) const {
    int count = 0;
    for (const auto& entry : exchange.audit_log) count += entry.action == action ? 1 : 0;
    return count;
  }

  test::FakeExchange exchange;
  test::FakeAccountStore accounts_store{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeNetworkStore networks{exchange};
  test::FakeClock clock;
  test::FakeSessionStore sessions{clock};
  test::FakePasswordHasher hasher;
  test::CountingRandom random;
  test::FakeLoginThrottle throttle{clock};
  GuessGuard guesses{throttle, audit};
  Accounts accounts{{accounts_store, sessions, hasher, audit, networks, random, clock, guesses}};
  Uuid alice{Uuid::from_random(std::string(16, 'a'))};
};

TEST_CASE("[identity 12] A guess that is refused is never hashed, and the answer says when to come back") {
  ThrottledWorld world;
  const auto refused = world.guess("alice", 50);
  CHECK(world.hasher.runs == ThrottlePolicy{}.account.free);
  CHECK(refused.code == ErrorCode::rate_limited);
  CHECK(refused.facts == std::vector<std::pair<std::string, std::string>>{{"retry_after_seconds", "1"}});
  CHECK(world.log_in("alice", kRight, "203.0.113.1").error().code == ErrorCode::rate_limited);
  world.clock.advance(1s);
  CHECK(world.log_in("alice", kRight, "203.0.113.1"));
}

TEST_CASE("[identity 12] A name that does not exist is throttled like one that does") {
  ThrottledWorld world;
  const auto known = world.guess("alice", 9);
  world.throttle.counters.clear();
  const auto unknown = world.guess("nobody", 9);
  CHECK(known.code == unknown.code);
  CHECK(known.message == unknown.message);
  CHECK(known.facts == unknown.facts);
}

TEST_CASE("[identity 12] The owner gets in from the usual place, however many strangers guess") {
  ThrottledWorld world;
  REQUIRE(world.log_in("alice", kRight, "203.0.113.7"));
  for (int hour = 0; hour < 200; ++hour) {
    CHECK(world.guess("alice", 50).code == ErrorCode::rate_limited);
    CHECK(world.log_in("ALICE", kRight, "203.0.113.99"));
    world.clock.advance(1h);
  }
}

TEST_CASE("[identity 12] What strangers have locked opens again when they stop, without anybody's help") {
  ThrottledWorld world;
  for (int hour = 0; hour < 100; ++hour) {
    world.guess("alice", 5);
    world.clock.advance(1h);
  }
  CHECK(world.log_in("alice", kRight, "203.0.113.7").error().code == ErrorCode::rate_limited);
  world.clock.advance(24h);
  CHECK(world.log_in("alice", kRight, "203.0.113.7"));
}

TEST_CASE("[identity 12] Not more than a hundred wrong passwords in a row are checked in the days of an attack") {
  ThrottledWorld world;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    world.guess("alice", 3);
    world.clock.advance(1min);
  }
  CHECK(world.hasher.runs <= ThrottlePolicy{}.account.many);
}

TEST_CASE("[identity 12] Without the throttle's store nothing is hashed and nobody gets in") {
  ThrottledWorld world;
  world.throttle.is_down = true;
  CHECK(world.log_in("alice", kRight, "203.0.113.7").error().code == ErrorCode::unavailable);
  CHECK(world.log_in("nobody", kRight, "203.0.113.7").error().code == ErrorCode::unavailable);
  CHECK(world.hasher.runs == 0);
}

TEST_CASE("[identity 13] A server that has no place for a password check counts that as nobody's failure") {
  ThrottledWorld world;
  world.hasher.is_full = true;
  for (int i = 0; i < 50; ++i) {
    const auto refused = world.log_in("alice", kRight, "203.0.113.7").error();
    CHECK(refused.code == ErrorCode::rate_limited);
    CHECK(refused.facts.empty());
  }
  world.hasher.is_full = false;
  CHECK(world.log_in("alice", kRight, "203.0.113.7"));
}

TEST_CASE("A flood leaves a row for each guess that was checked, two for each pause, and the number of the rest") {
  ThrottledWorld world;
  world.guess("alice", 1'000);
  CHECK(world.rows("login.refused") == 5);
  CHECK(world.rows("login.throttled") == 1);
  CHECK(world.exchange.audit_log.back().subject_id == world.alice.text());
  world.clock.advance(1s);
  world.guess("alice", 1'000);
  CHECK(world.rows("login.refused") == 6);
  CHECK(world.rows("login.throttled") == 2);
  REQUIRE(world.rows("guesses.refused") == 1);
  for (const auto& entry : world.exchange.audit_log) {
    if (entry.action == "guesses.refused") CHECK(entry.facts.at("refused") == "995");
  }
}

TEST_CASE("A flood against a name that does not exist keeps nothing of what was typed") {
  ThrottledWorld world;
  world.guess("a-password-in-the-wrong-field", 50);
  for (const auto& entry : world.exchange.audit_log) {
    if (entry.action != "login.throttled") continue;
    CHECK(entry.subject_id == "unknown");
    for (const auto& [name, value] : entry.facts) CHECK(value.find("wrong-field") == std::string::npos);
  }
}

}  // namespace
}  // namespace ztix::service
