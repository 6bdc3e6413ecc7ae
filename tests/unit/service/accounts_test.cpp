#include "core/service/accounts.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_login_throttle.h"
#include "tests/support/fake_network_store.h"

namespace ztix::service {
namespace {

struct LoginWorld {
  LoginWorld() {
    const auto hash = test::FakePasswordHasher::hash_of("the right password");
    alice = accounts_store.create_user({"alice", hash, {domain::Role::member_operator}, {}, {}}, {}).value();
  }
  Result<NewLogin> log_in(const std::string& name, const std::string& password) {
    return accounts.log_in(name, SecretString(password), from);
  }
  [[nodiscard]] const AuditEntry& last_audit() const { return exchange.audit_log.back(); }

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
  User alice{Uuid::parse("00000000-0000-4000-8000-000000000000").value(), {}, false, {}, {}, {}, {}};
  Actor from{ActorKind::user, std::nullopt, "", "192.0.2.9", "trace-1"};
};

TEST_CASE("A login makes a session with a token of its own and is audited with the address") {
  LoginWorld world;
  const auto login = world.log_in("Alice", "the right password");
  REQUIRE(login);
  CHECK(login->login.user.username == "alice");
  CHECK(login->login.csrf_token.size() == 43);
  CHECK(world.last_audit().action == "login.succeeded");
  CHECK(world.last_audit().actor.remote_address == "192.0.2.9");
  CHECK(world.last_audit().subject_id == world.alice.id.text());
  const auto again = world.log_in("alice", "the right password");
  CHECK(again->token.expose() != login->token.expose());
  CHECK(again->login.csrf_token != login->login.csrf_token);
}

TEST_CASE("A login says what it rests on, and only a second factor counts as one") {
  using enum AuthFactor;
  LoginWorld world;
  const auto token = world.log_in("alice", "the right password").value().token;
  const auto login = world.accounts.authenticate(token).value();
  CHECK(login->proof == LoginProof{LoginSource::local, {pwd}});
  CHECK(login->second_factor_at == std::nullopt);
  CHECK(world.last_audit().facts == std::map<std::string, std::string>{{"source", "local"}, {"factors", "pwd"}});

  const LoginProof strong{LoginSource::peeringdb, {pwd, mfa}};
  const auto opened = world.accounts.open_session(world.alice, strong, world.from).value();
  CHECK(opened.login.second_factor_at == world.clock.now());
  const auto began = world.clock.now();
  world.clock.advance(std::chrono::seconds(60));
  CHECK(world.accounts.authenticate(opened.token).value()->proof == strong);
  CHECK(world.accounts.authenticate(opened.token).value()->second_factor_at == began);
  CHECK(world.last_audit().facts ==
        std::map<std::string, std::string>{{"source", "peeringdb"}, {"factors", "pwd mfa"}});
}

TEST_CASE("Unknown names, wrong passwords and names that cannot be cost one run and get one answer") {
  LoginWorld world;
  for (const auto& [name, why] : {std::pair("nobody", "unknown_user"), std::pair("alice", "wrong_password"),
                                  std::pair("no such name, not even possible", "unknown_user")}) {
    const int before = world.hasher.runs;
    const auto login = world.log_in(name, "a wrong password");
    REQUIRE_FALSE(login);
    CHECK(login.error().code == ErrorCode::unauthenticated);
    CHECK(login.error().reason == "bad_credentials");
    CHECK(login.error().message == "User name or password is wrong.");
    CHECK(world.hasher.runs == before + 1);
    CHECK(world.last_audit().facts.at("why") == why);
  }
  CHECK(world.sessions.sessions.empty());
}

TEST_CASE("What is typed as an unknown name is not kept, since people type passwords there") {
  LoginWorld world;
  static_cast<void>(world.log_in("mistyped-password", "x"));
  CHECK(world.last_audit().subject_id == "unknown");
  for (const auto& [name, value] : world.last_audit().facts) CHECK(value.find("mistyped") == std::string::npos);
  CHECK(world.last_audit().actor.name.empty());
}

TEST_CASE("A disabled user is refused after the right password, and the sessions there are end") {
  LoginWorld world;
  const auto login = world.log_in("alice", "the right password");
  UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts_store.update_user("alice", change, {}));
  CHECK(world.accounts.authenticate(login->token).value() == std::nullopt);
  CHECK(world.sessions.sessions.empty());
  const auto refused = world.log_in("alice", "the right password");
  CHECK(refused.error().reason == "account_disabled");
  CHECK(world.last_audit().facts.at("why") == "account_disabled");
}

TEST_CASE("A full hasher passes through as rate_limited, for known and unknown names alike") {
  LoginWorld world;
  world.hasher.is_full = true;
  CHECK(world.log_in("alice", "the right password").error().code == ErrorCode::rate_limited);
  CHECK(world.log_in("nobody", "the right password").error().code == ErrorCode::rate_limited);
}

TEST_CASE("Parameters that have risen rehash the password at login") {
  LoginWorld world;
  world.hasher.version = 2;
  REQUIRE(world.log_in("alice", "the right password"));
  CHECK(world.exchange.password_hashes.at("alice") == test::FakePasswordHasher::hash_of("the right password", 2, 1));
}

TEST_CASE("Without a session store nobody gets in and nobody stays in") {
  LoginWorld world;
  world.sessions.is_down = true;
  CHECK(world.log_in("alice", "the right password").error().code == ErrorCode::unavailable);
  CHECK(world.accounts.authenticate(SecretString("token-1")).error().code == ErrorCode::unavailable);
}

TEST_CASE("Logging out ends this session and no other") {
  LoginWorld world;
  const auto one = world.log_in("alice", "the right password");
  const auto two = world.log_in("alice", "the right password");
  REQUIRE(world.accounts.log_out(one->token, {}));
  CHECK_FALSE(world.accounts.authenticate(one->token).value());
  CHECK(world.accounts.authenticate(two->token).value());
  CHECK(world.last_audit().action == "login.ended");
}

TEST_CASE("User names are folded to lower case and bounded") {
  CHECK(checked_username("Alice.B-1_x").value() == "alice.b-1_x");
  const std::vector<std::string> refused{"", "a", "a b", "ä-name", "a/b", "a\n", std::string(65, 'a')};
  for (const auto& bad : refused) {
    CHECK_MESSAGE(!checked_username(bad).has_value(), bad);
  }
}

}  // namespace
}  // namespace ztix::service
