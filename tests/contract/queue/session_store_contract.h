#pragma once

/// @file tests/contract/queue/session_store_contract.h
/// What every SessionStore does. A `World` has kLifetime (idle 100 s, absolute 250 s) and
///   sessions() clock()
///   let_pass(duration)   nobody uses anything for so long
///   lose_link()          nothing answers from now on
///   stored()             all that is kept, as text

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/session_store.h"
#include "tests/support/fake_clock.h"

namespace ztix::test {

using namespace std::chrono_literals;

inline constexpr service::SessionLifetime kLifetime{100s, 250s};

inline service::Session session_of(const FakeClock& clock, char user) {
  return {Uuid::from_random(std::string(16, user)), std::string("csrf of ") + user, clock.now()};
}

/// The session of a token, which the store must be able to look for.
template <class World>
std::optional<service::Session> found(World& world, const SecretString& token) {
  const auto answer = world.sessions().find_all({token});
  REQUIRE(answer);
  REQUIRE(answer->size() == 1);
  return answer->front();
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore gives a session back for its token only", World, session_find) {
  World world;
  world.let_pass(1234ms);
  const auto session = session_of(world.clock(), 'a');
  const auto token = world.sessions().create(session);
  const auto other = world.sessions().create(session_of(world.clock(), 'b'));
  REQUIRE(token);
  REQUIRE(other);
  CHECK(token->expose().size() == 43);
  CHECK(token->expose() != other->expose());
  const auto read = found(world, *token);
  REQUIRE(read);
  CHECK(read->user_id == session.user_id);
  CHECK(read->csrf_token == "csrf of a");
  CHECK(read->created_at == session.created_at);
  CHECK(found(world, *other)->csrf_token == "csrf of b");
  for (const std::string& wrong : {std::string(), std::string("*"), token->expose().substr(1), "x" + token->expose(),
                                   std::string(43, 'A'), std::string("a\0b", 3)}) {
    CHECK_FALSE(found(world, SecretString(wrong)));
  }
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore gives many sessions back in the order of their tokens", World,
                          session_find_many) {
  World world;
  std::vector<SecretString> tokens;
  for (const char user : {'a', 'b', 'c'})
    tokens.push_back(world.sessions().create(session_of(world.clock(), user)).value());
  world.let_pass(60s);
  REQUIRE(world.sessions().end(tokens[1]));
  const auto all = world.sessions().find_all({tokens[2], tokens[1], SecretString("never made"), tokens[0], tokens[2]});
  REQUIRE(all);
  REQUIRE(all->size() == 5);
  CHECK(all->at(0)->csrf_token == "csrf of c");
  CHECK_FALSE(all->at(1));
  CHECK_FALSE(all->at(2));
  CHECK(all->at(3)->csrf_token == "csrf of a");
  CHECK(all->at(4)->csrf_token == "csrf of c");
  world.let_pass(60s);
  CHECK(found(world, tokens[0]));
  CHECK(found(world, tokens[2]));
  CHECK(world.sessions().find_all({})->empty());
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore keeps what a login rests on, and when a second factor was shown", World,
                          session_proof) {
  using enum service::AuthFactor;
  World world;
  auto session = session_of(world.clock(), 'a');
  const auto bare = world.sessions().create(session).value();
  session.proof = {service::LoginSource::peeringdb, {pwd, otp, mfa, swk, recovery}};
  session.second_factor_at = world.clock().now() - 1234us;
  session.login_epoch = 7;
  session.remote_address = "192.0.2.1";
  session.id = Uuid::from_random(std::string(16, 'z'));
  const auto full = world.sessions().create(session).value();
  CHECK(found(world, bare)->proof == service::LoginProof{service::LoginSource::local, {}});
  CHECK(found(world, bare)->second_factor_at == std::nullopt);
  CHECK(found(world, full)->proof == session.proof);
  CHECK(found(world, full)->second_factor_at == session.second_factor_at);
  CHECK(found(world, full)->login_epoch == 7);
  CHECK(found(world, full)->remote_address == "192.0.2.1");
  CHECK(found(world, full)->id == session.id);
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore keeps nothing that could be used as a token", World, session_hashed) {
  World world;
  const auto token = world.sessions().create(session_of(world.clock(), 'a')).value();
  const auto stored = world.stored();
  CHECK_FALSE(stored.empty());
  CHECK(stored.find(token.expose()) == std::string::npos);
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore ends one session and leaves the others", World, session_end) {
  World world;
  const auto one = world.sessions().create(session_of(world.clock(), 'a')).value();
  const auto two = world.sessions().create(session_of(world.clock(), 'a')).value();
  REQUIRE(world.sessions().end(one));
  CHECK_FALSE(found(world, one));
  CHECK(found(world, two));
  CHECK(world.sessions().end(one));
  CHECK(world.sessions().end(SecretString("never made")));
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore ends all sessions of one user, also after some of them ended", World,
                          session_end_all) {
  World world;
  std::vector<SecretString> tokens;
  for (int i = 0; i < 3; ++i) tokens.push_back(world.sessions().create(session_of(world.clock(), 'a')).value());
  const auto other = world.sessions().create(session_of(world.clock(), 'b')).value();
  REQUIRE(world.sessions().end(tokens[0]));
  for (int repeat = 0; repeat < 2; ++repeat) {
    REQUIRE(world.sessions().end_all_of(session_of(world.clock(), 'a').user_id));
    for (const auto& token : tokens) CHECK_FALSE(found(world, token));
  }
  CHECK(found(world, other));
  const auto again = world.sessions().create(session_of(world.clock(), 'a')).value();
  CHECK(found(world, again));
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore forgets who is idle too long, and each use begins the idle time anew", World,
                          session_idle) {
  World world;
  const auto used = world.sessions().create(session_of(world.clock(), 'a')).value();
  const auto unused = world.sessions().create(session_of(world.clock(), 'b')).value();
  world.let_pass(60s);
  CHECK(found(world, used));
  world.let_pass(60s);
  CHECK(found(world, used));
  CHECK_FALSE(found(world, unused));
  world.let_pass(101s);
  CHECK_FALSE(found(world, used));
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore ends a session at its greatest age, however busy it is", World, session_age) {
  World world;
  const auto token = world.sessions().create(session_of(world.clock(), 'a')).value();
  for (int step = 0; step < 4; ++step) {
    world.let_pass(60s);
    CHECK(found(world, token));
  }
  world.let_pass(10s);
  CHECK_FALSE(found(world, token));
  CHECK_FALSE(found(world, token));
}

TEST_CASE_TEMPLATE_DEFINE("[identity 19] SessionStore ends a session after its own idle time, when that is shorter",
                          World, session_own_idle) {
  World world;
  auto session = session_of(world.clock(), 'a');
  session.idle = 50s;
  const auto shorter = world.sessions().create(session).value();
  session.idle = 1000s;
  const auto longer = world.sessions().create(session).value();
  world.let_pass(40s);
  CHECK(found(world, shorter));
  world.let_pass(40s);
  CHECK(found(world, shorter));
  CHECK(found(world, longer));
  CHECK_FALSE(found(world, SecretString(shorter.expose() + "0")));
  world.let_pass(51s);
  CHECK_FALSE(found(world, shorter));
  CHECK(found(world, longer));
  world.let_pass(101s);
  CHECK_FALSE(found(world, longer));
}

TEST_CASE_TEMPLATE_DEFINE("[identity 20] SessionStore lists the sessions of one user and ends one by its id", World,
                          session_list) {
  World world;
  const auto create = [&world](char user, char id) {
    auto session = session_of(world.clock(), user);
    session.id = Uuid::from_random(std::string(16, id));
    session.remote_address = std::string("192.0.2.") + id;
    return world.sessions().create(session).value();
  };
  const auto user = session_of(world.clock(), 'a').user_id;
  const auto first = create('a', '1');
  const auto gone = create('a', '2');
  const auto foreign = create('b', '3');
  world.let_pass(60s);
  CHECK(found(world, first));
  world.let_pass(60s);
  const auto second = create('a', '4');
  auto list = world.sessions().sessions_of(user).value();
  REQUIRE(list.size() == 2);
  if (list[0].session.remote_address != "192.0.2.1") std::swap(list[0], list[1]);
  CHECK(list[0].session.remote_address == "192.0.2.1");
  const auto used = [&world](const service::ListedSession& one) { return world.clock().now() - one.used_at; };
  CHECK(std::chrono::round<std::chrono::seconds>(used(list[0])) == 60s);
  CHECK(std::chrono::round<std::chrono::seconds>(used(list[1])) == 0s);
  const auto id = [](char digit) { return Uuid::from_random(std::string(16, digit)); };
  CHECK_FALSE(world.sessions().end_one_of(user, id('2')).value());
  CHECK_FALSE(world.sessions().end_one_of(user, id('3')).value());
  CHECK(world.sessions().end_one_of(user, id('1')).value());
  CHECK_FALSE(world.sessions().end_one_of(user, id('1')).value());
  CHECK_FALSE(found(world, first));
  CHECK_FALSE(found(world, gone));
  CHECK(found(world, second));
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore ends all sessions of a user whose first login is long ago", World,
                          session_end_all_late) {
  World world;
  const auto first = world.sessions().create(session_of(world.clock(), 'a')).value();
  for (int step = 0; step < 3; ++step) {
    world.let_pass(80s);
    CHECK(found(world, first));
  }
  const auto late = world.sessions().create(session_of(world.clock(), 'a')).value();
  world.let_pass(60s);
  CHECK(found(world, late));
  REQUIRE(world.sessions().end_all_of(session_of(world.clock(), 'a').user_id));
  CHECK_FALSE(found(world, late));
}

TEST_CASE_TEMPLATE_DEFINE("SessionStore says unavailable when it is gone, so that callers fail closed", World,
                          session_gone) {
  World world;
  const auto session = session_of(world.clock(), 'a');
  const auto token = world.sessions().create(session).value();
  world.lose_link();
  CHECK(world.sessions().create(session).error().code == ErrorCode::unavailable);
  CHECK(world.sessions().find_all({token}).error().code == ErrorCode::unavailable);
  CHECK(world.sessions().end(token).error().code == ErrorCode::unavailable);
  CHECK(world.sessions().end_all_of(session.user_id).error().code == ErrorCode::unavailable);
  CHECK(world.sessions().sessions_of(session.user_id).error().code == ErrorCode::unavailable);
  CHECK(world.sessions().end_one_of(session.user_id, session.id).error().code == ErrorCode::unavailable);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_SESSION_STORE_CONTRACT(World)                \
  TEST_CASE_TEMPLATE_INVOKE(session_find, World);         \
  TEST_CASE_TEMPLATE_INVOKE(session_find_many, World);    \
  TEST_CASE_TEMPLATE_INVOKE(session_proof, World);        \
  TEST_CASE_TEMPLATE_INVOKE(session_hashed, World);       \
  TEST_CASE_TEMPLATE_INVOKE(session_end, World);          \
  TEST_CASE_TEMPLATE_INVOKE(session_end_all, World);      \
  TEST_CASE_TEMPLATE_INVOKE(session_idle, World);         \
  TEST_CASE_TEMPLATE_INVOKE(session_age, World);          \
  TEST_CASE_TEMPLATE_INVOKE(session_own_idle, World);     \
  TEST_CASE_TEMPLATE_INVOKE(session_list, World);         \
  TEST_CASE_TEMPLATE_INVOKE(session_end_all_late, World); \
  TEST_CASE_TEMPLATE_INVOKE(session_gone, World)
