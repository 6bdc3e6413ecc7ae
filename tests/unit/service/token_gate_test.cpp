#include "core/service/token_gate.h"

#include <string>

#include <doctest/doctest.h>

#include "core/service/api_tokens.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_login_throttle.h"
#include "tests/support/fake_token_store.h"

namespace ztix::service {
namespace {

using namespace std::chrono_literals;

struct TokenWorld {
  User add(const std::string& name, domain::Role role) {
    return accounts.create_user({name, "", {role}, {}, {}}, {}).value();
  }
  IssuedToken issue(TokenScope scope = TokenScope::request) {
    return tokens.issue(alice, {"for a test", scope, 30}, {}).value();
  }
  Result<TokenLogin> show(const std::string& text) { return gate.admit(SecretString(text), "GET /x", from); }
  [[nodiscard]] const AuditEntry& last_audit() const { return exchange.audit_log.back(); }

  test::FakeExchange exchange;
  test::FakeAccountStore accounts{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeTokenStore store{exchange};
  test::FakeClock clock;
  test::FakeLoginThrottle throttle{clock};
  GuessGuard guesses{throttle, audit};
  test::CountingRandom random;
  ApiTokens tokens{store, random};
  TokenGate gate{{store, accounts, audit, guesses}};
  User alice = add("alice", domain::Role::member_operator);
  Actor from{ActorKind::user, std::nullopt, "", "192.0.2.9", "trace-1"};
};

TEST_CASE("[identity 26] A token has its prefix and 256 bits, and only its digest is stored") {
  TokenWorld world;
  const auto one = world.issue();
  const auto two = world.issue();
  CHECK(one.text.expose().starts_with("ztix_"));
  CHECK(one.text.expose().size() == 5 + 43);
  CHECK(one.text.expose() != two.text.expose());
  const auto login = world.show(one.text.expose());
  REQUIRE(login);
  CHECK(login->user.username == "alice");
  CHECK(login->token.id == one.token.id);
  CHECK(login->token.scope == TokenScope::request);
}

TEST_CASE("[identity 26] A token without an end, or with one too far away, is not made") {
  TokenWorld world;
  for (const int days : {-1, 0, kLongestTokenDays + 1}) {
    CHECK(world.tokens.issue(world.alice, {"x", TokenScope::read, days}, {}).error().reason == "bad_lifetime");
  }
  CHECK(world.tokens.issue(world.alice, {"", TokenScope::read, 1}, {}).error().reason == "text_missing");
  CHECK(world.tokens.issue(world.alice, {"x", TokenScope::admin, 1}, {}).error().reason == "role_missing");
  CHECK(world.tokens.list(std::nullopt)->empty());
}

TEST_CASE("[identity 26] Unknown, changed, shortened and foreign texts get one answer") {
  TokenWorld world;
  const auto token = world.issue().text.expose();
  auto changed = token;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  for (const auto& text : {std::string(), std::string("ztix_"), token.substr(0, token.size() - 1), token + "x", changed,
                           "abcd_" + token.substr(5), std::string(48, 'z')}) {
    const auto refused = world.show(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unauthenticated);
    CHECK(refused.error().reason == "invalid_token");
    CHECK(world.last_audit().action == "token.refused");
    CHECK(world.last_audit().facts.at("why") == "unknown_token");
  }
}

TEST_CASE("[identity 26] A revoked token is dead at once") {
  TokenWorld world;
  const auto made = world.issue();
  REQUIRE(world.tokens.revoke(made.token.id, world.alice.id, "", {}));
  CHECK(world.show(made.text.expose()).error().reason == "invalid_token");
  CHECK(world.last_audit().facts.at("why") == "revoked");
}

TEST_CASE("[identity 26] An expired token is dead") {
  TokenWorld world;
  const auto made = world.issue();
  world.exchange.now += std::chrono::days(30);
  CHECK(world.show(made.text.expose()).error().reason == "invalid_token");
  CHECK(world.last_audit().facts.at("why") == "expired");
}

TEST_CASE("[identity 26] The token of a disabled user is dead") {
  TokenWorld world;
  const auto made = world.issue();
  UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts.update_user("alice", change, {}));
  CHECK(world.show(made.text.expose()).error().reason == "invalid_token");
  CHECK(world.last_audit().facts.at("why") == "account_disabled");
  CHECK(
      world.tokens.issue(world.accounts.user(world.alice.id).value(), {"x", TokenScope::read, 1}, {}).error().reason ==
      "account_disabled");
}

TEST_CASE("[identity 26] Guessing tokens is throttled, using one is not, and neither fills the audit") {
  TokenWorld world;
  const auto made = world.issue();
  int throttled = 0;
  for (int i = 0; i < 1'000; ++i) {
    const auto guess = "ztix_" + std::string(39, 'g') + std::to_string(1'000 + i);
    throttled += world.show(guess).error().code == ErrorCode::rate_limited ? 1 : 0;
    CHECK(world.show(made.text.expose()));
  }
  CHECK(throttled == 1'000 - ThrottlePolicy{}.block.free);
  CHECK(world.exchange.audit_log.size() < 30);
  REQUIRE(world.tokens.revoke(made.token.id, world.alice.id, "", {}));
  const auto rows = world.exchange.audit_log.size();
  for (int i = 0; i < 1'000; ++i) CHECK_FALSE(world.show(made.text.expose()));
  CHECK(world.exchange.audit_log.size() == rows + 1);
}

TEST_CASE("A token notes its last use to the minute") {
  TokenWorld world;
  const auto made = world.issue();
  REQUIRE(world.show(made.text.expose()));
  const auto first = world.tokens.list(world.alice.id)->front().last_used_at;
  CHECK(first == world.exchange.now);
  world.exchange.now += 30s;
  REQUIRE(world.show(made.text.expose()));
  CHECK(world.tokens.list(world.alice.id)->front().last_used_at == first);
}

}  // namespace
}  // namespace ztix::service
