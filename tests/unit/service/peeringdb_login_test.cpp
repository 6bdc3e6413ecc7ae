#include "core/service/peeringdb_login.h"

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/service/guess_guard.h"
#include "core/service/system.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_identity_store.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_login_throttle.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_peeringdb_login.h"
#include "tests/support/fake_token_store.h"

namespace ztix::service {
namespace {

using namespace std::chrono_literals;

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

LoginCallback with_code(const std::string& code) { return {{}, code, {}, {}}; }
LoginCallback with_error(const std::string& error) { return {{}, {}, {}, error}; }

struct Begun {
  std::string state;
  SecretString browser;
};

struct PeeringDbWorld {
  PeeringDbWorld() {
    provider.identity.issuer = "https://auth.example.net/oauth2";
    provider.identity.subject = "7";
    provider.identity.name = "Nora Newcomer";
    provider.identity.email = "nora@example.net";
    provider.identity.is_verified_user = provider.identity.is_verified_email = true;
    provider.identity.affiliations = {{asn(64496), "One", true}};
    provider.identity.factors = {AuthFactor::pwd, AuthFactor::otp};
  }
  Begun begin(const std::optional<SecretString>& browser = {}) {
    const auto start = login.begin("/dashboard", browser, from);
    REQUIRE(start);
    return {provider.requests.back().state, start->browser_token};
  }
  Result<PeeringDbLoginDone> finish(const Begun& begun, LoginCallback callback) {
    if (!callback.state) callback.state = begun.state;
    return login.finish(callback, begun.browser, from);
  }
  Result<PeeringDbLoginDone> log_in() { return finish(begin(), with_code("a code")); }
  /// The reason, which the audit must have too.
  std::string refusal(const Result<PeeringDbLoginDone>& result) {
    if (result) return "let in";
    CHECK(exchange.audit_log.back().action == "login.refused");
    CHECK(exchange.audit_log.back().facts.at("why") == result.error().reason);
    CHECK(exchange.audit_log.back().facts.at("source") == "peeringdb");
    return result.error().reason;
  }

  test::FakeExchange exchange;
  test::FakeAccountStore accounts_store{exchange};
  test::FakeIdentityStore identities{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeNetworkStore networks{exchange};
  test::FakeClock clock;
  test::FakeSessionStore sessions{clock};
  test::FakePasswordHasher hasher;
  SystemRandom random;
  test::FakeLoginThrottle throttle{clock, {}};
  GuessGuard guesses{throttle, audit};
  test::FakeLoginThrottle step_throttle{clock, kPeeringDbThrottle};
  GuessGuard steps{step_throttle, audit};
  Accounts accounts{{accounts_store, sessions, hasher, audit, networks, random, clock, guesses}};
  test::FakeTokenStore tokens{exchange};
  test::FakeIdentityProvider provider;
  test::FakeLoginAttemptStore attempts{clock};
  PeeringDbLogin login{{provider, attempts, identities, tokens, audit, steps, random, clock}, accounts};
  Actor from{ActorKind::user, std::nullopt, "", "192.0.2.9", "trace-1"};
};

TEST_CASE("Who comes back with a code gets a session that says what it rests on") {
  PeeringDbWorld world;
  const auto begun = world.begin();
  const auto done = world.finish(begun, {{}, "a code", "an issuer", {}});
  REQUIRE(done);
  CHECK(done->next_path == "/dashboard");
  CHECK(done->login.login.user.username == "nora.newcomer-pdb7");
  CHECK(done->login.login.proof == LoginProof{LoginSource::peeringdb, {AuthFactor::pwd, AuthFactor::otp}});
  CHECK(world.accounts.authenticate(done->login.token)->has_value());
  CHECK(world.exchange.audit_log.back().action == "login.succeeded");
  CHECK(world.exchange.audit_log.back().facts.at("source") == "peeringdb");
  REQUIRE(world.provider.answers.size() == 1);
  const auto& answer = world.provider.answers.front();
  CHECK(answer.code.expose() == "a code");
  CHECK(answer.issuer == "an issuer");
  CHECK(answer.nonce == world.provider.requests.front().nonce);
  CHECK(to_base64url(digest::as_text(digest::sha256(answer.code_verifier.expose()))) ==
        world.provider.requests.front().code_challenge);
}

TEST_CASE("[identity 1] A thousand begun logins repeat no state, nonce, challenge or browser token") {
  PeeringDbWorld world;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    world.from.remote_address = "10.0." + std::to_string(i / 4) + ".1";
    const auto begun = world.begin();
    const auto& request = world.provider.requests.back();
    for (const auto& text : {request.state, request.nonce, request.code_challenge, begun.browser.expose()}) {
      CHECK(text.size() == 43);
      CHECK(seen.insert(text).second);
    }
  }
}

TEST_CASE("[identity 2] A state that is missing, unknown, used or of another browser is invalid_state") {
  PeeringDbWorld world;
  const auto begun = world.begin();
  CHECK(world.refusal(world.login.finish({{}, "c", {}, {}}, begun.browser, world.from)) == "invalid_state");
  CHECK(world.refusal(world.finish({"unknown", begun.browser}, with_code("c"))) == "invalid_state");
  CHECK(world.refusal(world.login.finish({begun.state, "c", {}, {}}, {}, world.from)) == "invalid_state");
  CHECK(world.finish(begun, with_code("c")));
  CHECK(world.refusal(world.finish(begun, with_code("c"))) == "invalid_state");
  CHECK(world.provider.answers.size() == 1);
}

TEST_CASE("[identity 22] An answer counts only in the browser that began, and is used up by the attempt in another") {
  PeeringDbWorld world;
  const auto victim = world.begin();
  const auto attacker = world.begin();
  CHECK(world.refusal(world.finish({attacker.state, victim.browser}, with_code("c"))) == "invalid_state");
  CHECK(world.refusal(world.finish(attacker, with_code("c"))) == "invalid_state");
  CHECK(world.provider.answers.empty());
  CHECK(world.sessions.sessions.empty());
}

TEST_CASE("Two logins that one browser has begun can both be finished") {
  PeeringDbWorld world;
  const auto one = world.begin();
  const auto two = world.begin(one.browser);
  CHECK(one.browser == two.browser);
  CHECK(world.finish(two, with_code("c")));
  CHECK(world.finish(one, with_code("c")));
}

TEST_CASE("[identity 2] After ten minutes an answer is expired_state") {
  PeeringDbWorld world;
  auto begun = world.begin();
  world.clock.advance(10min - 1ms);
  CHECK(world.finish(begun, with_code("c")));
  begun = world.begin();
  world.clock.advance(10min);
  CHECK(world.refusal(world.finish(begun, with_code("c"))) == "expired_state");
  CHECK(world.refusal(world.finish(begun, with_code("c"))) == "invalid_state");
}

TEST_CASE("What the provider says instead of a code is told apart, and uses the state up too") {
  PeeringDbWorld world;
  const auto begun = world.begin();
  CHECK(world.refusal(world.finish(begun, with_error("access_denied"))) == "access_denied");
  CHECK(world.refusal(world.finish(begun, with_code("c"))) == "invalid_state");
  CHECK(world.refusal(world.finish(world.begin(), with_error("server_error"))) == "upstream_auth_failure");
  CHECK(world.refusal(world.finish(world.begin(), {})) == "upstream_auth_failure");
  CHECK(world.refusal(world.finish(world.begin(), with_code(""))) == "upstream_auth_failure");
  CHECK(world.provider.answers.empty());
}

TEST_CASE("Every problem of the provider is the reason, is audited, and leaves no session") {
  PeeringDbWorld world;
  for (const auto problem : kLoginProblems) {
    world.provider.problem = login_error(problem);
    CHECK(world.refusal(world.log_in()) == to_string(problem));
    CHECK(parse_login_problem(to_string(problem)) == problem);
  }
  CHECK_FALSE(parse_login_problem("anything"));
  CHECK(world.sessions.sessions.empty());
  CHECK(world.exchange.users.empty());
}

TEST_CASE("[identity 4] Without a verified person and a verified e-mail address there is no account") {
  PeeringDbWorld world;
  world.provider.identity.is_verified_email = false;
  CHECK(world.refusal(world.log_in()) == "unverified_email");
  world.provider.identity.is_verified_user = false;
  CHECK(world.refusal(world.log_in()) == "unverified_user");
  CHECK(world.exchange.users.empty());
}

TEST_CASE("A profile without networks changes nothing and lets nobody in") {
  PeeringDbWorld world;
  const auto before = world.log_in();
  REQUIRE(before);
  world.provider.identity.affiliations.clear();
  CHECK(world.refusal(world.log_in()) == "networks_unusable");
  CHECK(world.exchange.users.at("nora.newcomer-pdb7").owns(asn(64496)));
  CHECK(world.accounts.authenticate(before->login.token)->has_value());
}

TEST_CASE("A lost affiliation ends the sessions that rested on it, and the new login has one of its own") {
  PeeringDbWorld world;
  const auto before = world.log_in();
  REQUIRE(before);
  world.provider.identity.affiliations = {{asn(64497), "Two", true}};
  const auto after = world.log_in();
  REQUIRE(after);
  CHECK_FALSE(world.accounts.authenticate(before->login.token)->has_value());
  CHECK(world.accounts.authenticate(after->login.token)->has_value());
  CHECK_FALSE(after->login.login.user.owns(asn(64496)));
}

TEST_CASE("A login that loses nothing leaves the other sessions alone") {
  PeeringDbWorld world;
  const auto before = world.log_in();
  world.provider.identity.affiliations.push_back({asn(64497), "Two", false});
  REQUIRE(world.log_in());
  CHECK(world.accounts.authenticate(before->login.token)->has_value());
}

TEST_CASE("A disabled user is refused, under his own name in the audit") {
  PeeringDbWorld world;
  const auto user = world.log_in()->login.login.user;
  UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts_store.update_user(user.username, change, world.from));
  CHECK(world.refusal(world.log_in()) == "account_disabled");
  CHECK(world.exchange.audit_log.back().subject_id == user.id.text());
}

TEST_CASE("[identity 12] Of one address block no more than 60 logins come to nothing before each one waits") {
  PeeringDbWorld world;
  world.from.remote_address = "198.51.100.1";
  for (int i = 0; i < 60; ++i) {
    REQUIRE(world.login.begin("", {}, world.from));
  }
  world.from.remote_address = "198.51.100.2";
  const auto refused = world.login.begin("", {}, world.from);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::rate_limited);
  CHECK(refused.error().reason == "too_many_attempts");
  CHECK(refused.error().facts.at(0) == std::pair<std::string, std::string>("retry_after_seconds", "1"));
  CHECK(world.provider.requests.size() == 60);
  world.from.remote_address = "203.0.113.1";
  CHECK(world.login.begin("", {}, world.from));
  world.from.remote_address = "198.51.100.1";
  world.clock.advance(1s);
  CHECK(world.login.begin("", {}, world.from));
}

TEST_CASE(
    "[identity 12] Answers that came to nothing slow their address block down, and leave a row for each that was "
    "looked at") {
  PeeringDbWorld world;
  const auto refusals = [&world] {
    return std::count_if(world.exchange.audit_log.begin(), world.exchange.audit_log.end(),
                         [](const auto& entry) { return entry.action == "login.refused"; });
  };
  const auto victim = world.begin();
  for (int i = 0; i < 60; ++i)
    CHECK(world.refusal(world.finish({"unknown", victim.browser}, with_code("c"))) == "invalid_state");
  for (int i = 0; i < 10; ++i) {
    CHECK(world.finish({"unknown", victim.browser}, with_code("c")).error().reason == "too_many_attempts");
  }
  CHECK(refusals() == 60);
  CHECK(world.exchange.audit_log.back().action == "login.throttled");
  CHECK(world.exchange.audit_log.back().facts.at("kind") == "peeringdb_callback");
  // What was refused unseen used nothing up.
  world.clock.advance(1s);
  CHECK(world.finish(victim, with_code("c")));
}

TEST_CASE("Logins that let somebody in, and those that we or PeeringDB have no room for, slow nobody down") {
  PeeringDbWorld world;
  for (int i = 0; i < 200; ++i) REQUIRE(world.log_in());
  world.provider.problem = login_error(LoginProblem::too_many_logins);
  for (int i = 0; i < 50; ++i) CHECK(world.refusal(world.log_in()) == "too_many_logins");
  world.provider.problem.reset();
  CHECK(world.log_in());
}

TEST_CASE("[identity 36] Without the throttle nobody begins a login through PeeringDB and nobody finishes one") {
  PeeringDbWorld world;
  const auto begun = world.begin();
  world.step_throttle.is_down = true;
  CHECK(world.login.begin("", {}, world.from).error().code == ErrorCode::unavailable);
  CHECK(world.finish(begun, with_code("c")).error().code == ErrorCode::unavailable);
  CHECK(world.provider.answers.empty());
}

TEST_CASE("Without the store of begun logins nobody begins and nobody finishes") {
  PeeringDbWorld world;
  const auto begun = world.begin();
  world.attempts.is_down = true;
  CHECK(world.login.begin("", {}, world.from).error().code == ErrorCode::unavailable);
  CHECK(world.finish(begun, with_code("c")).error().code == ErrorCode::unavailable);
  CHECK(world.provider.answers.empty());
}

}  // namespace
}  // namespace ztix::service
