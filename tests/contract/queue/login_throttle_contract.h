#pragma once

/// @file tests/contract/queue/login_throttle_contract.h
/// What every LoginThrottle does. A `World` has a throttle with kThrottle and
///   throttle()
///   let_pass(duration)   nothing happens for so long
///   lose_link()          nothing answers from now on
///   stored()             all that is kept, as text

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/login_throttle.h"

namespace ztix::test {

using namespace std::chrono_literals;

/// Three free, then 10 s, 20 s, 40 s; from the eighth on 1,000 s.
inline constexpr service::ThrottlePolicy kThrottle{
    .account = {.free = 3, .first = 10s, .longest = 40s, .many = 8, .rare = 1'000s, .memory = 300s},
    .block = {.free = 5, .first = 10s, .longest = 40s, .many = 1'000, .rare = 40s, .memory = 300s},
    .usual = 5'000s};

inline service::Guess guess_of(const std::string& account, int block,
                               service::GuessKind kind = service::GuessKind::password) {
  return {kind, account, "192.0." + std::to_string(block) + ".0/24"};
}

template <class World>
service::GuessVerdict verdict_on(World& world, const service::Guess& guess) {
  const auto verdict = world.throttle().begin(guess);
  REQUIRE(verdict);
  return *verdict;
}

template <class World>
bool admits(World& world, const service::Guess& guess) {
  return verdict_on(world, guess).admitted;
}

/// So many guesses from so many blocks, of which no other test block is one. @return how many were admitted.
template <class World>
int flood(World& world, const std::string& account, int guesses) {
  int admitted = 0;
  for (int i = 0; i < guesses; ++i) admitted += admits(world, guess_of(account, 100 + i)) ? 1 : 0;
  return admitted;
}

template <class World>
void log_in(World& world, const service::Guess& guess) {
  const auto verdict = verdict_on(world, guess);
  REQUIRE(verdict.admitted);
  REQUIRE(world.throttle().was_right(guess, verdict));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: pauses of an account double with each failure, wherever it comes from", World,
                          throttle_doubles) {
  World world;
  CHECK(flood(world, "alice", 10) == 3);
  for (const auto pause : {10s, 20s, 40s, 40s}) {
    const auto refused = verdict_on(world, guess_of("alice", 1));
    CHECK_FALSE(refused.admitted);
    CHECK(refused.retry_after > pause - 5s);
    CHECK(refused.retry_after <= pause);
    world.let_pass(pause);
    CHECK(flood(world, "alice", 5) == 1);
  }
  CHECK(admits(world, guess_of("bob", 1)));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: after many failures in a row one guess is left now and then", World,
                          throttle_rare) {
  World world;
  flood(world, "alice", 3);
  for (int failures = 3; failures < 8; ++failures) {
    world.let_pass(40s);
    CHECK(flood(world, "alice", 3) == 1);
  }
  CHECK(verdict_on(world, guess_of("alice", 1)).retry_after > 900s);
  world.let_pass(1'000s);
  CHECK(flood(world, "alice", 3) == 1);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: guesses at the same time are counted before they are checked", World,
                          throttle_reserves) {
  World world;
  std::vector<service::GuessVerdict> open;
  for (int i = 0; i < 5; ++i) open.push_back(verdict_on(world, guess_of("alice", i)));
  CHECK((open[2].admitted && !open[3].admitted && !open[4].admitted));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: a block is paused for many accounts, and other blocks are not", World,
                          throttle_block) {
  World world;
  for (int i = 0; i < 5; ++i) CHECK(admits(world, guess_of("user" + std::to_string(i), 7)));
  CHECK_FALSE(admits(world, guess_of("user5", 7)));
  CHECK(admits(world, guess_of("user5", 8)));
  world.let_pass(10s);
  CHECK(admits(world, guess_of("user6", 7)));
  CHECK_FALSE(admits(world, guess_of("user7", 7)));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: who was right somewhere has an allowance of his own there", World,
                          throttle_usual) {
  World world;
  const auto home = guess_of("alice", 1);
  log_in(world, home);
  CHECK(flood(world, "alice", 20) == 3);
  CHECK_FALSE(admits(world, guess_of("alice", 2)));
  for (int i = 0; i < 5; ++i) log_in(world, home);
  CHECK_FALSE(admits(world, guess_of("alice", 2)));
  CHECK(flood(world, "alice", 20) == 0);
  for (int i = 0; i < 3; ++i) CHECK(admits(world, home));
  const auto fourth = verdict_on(world, home);
  CHECK_FALSE(fourth.admitted);
  CHECK(fourth.from_usual_place);
  world.let_pass(10s);
  log_in(world, home);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: a usual place stays one while its block is paused for strangers", World,
                          throttle_usual_block) {
  World world;
  log_in(world, guess_of("alice", 1));
  for (int i = 0; i < 6; ++i) static_cast<void>(admits(world, guess_of("user" + std::to_string(i), 1)));
  CHECK_FALSE(admits(world, guess_of("bob", 1)));
  log_in(world, guess_of("alice", 1));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: a place is usual for a while only", World, throttle_usual_ends) {
  World world;
  log_in(world, guess_of("alice", 1));
  CHECK(verdict_on(world, guess_of("alice", 1)).from_usual_place);
  CHECK_FALSE(verdict_on(world, guess_of("bob", 1)).from_usual_place);
  CHECK_FALSE(verdict_on(world, guess_of("alice", 1, service::GuessKind::second_factor)).from_usual_place);
  world.let_pass(5'000s);
  CHECK_FALSE(verdict_on(world, guess_of("alice", 1)).from_usual_place);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: being right clears the account but never what its block did", World,
                          throttle_right) {
  World world;
  const auto mine = guess_of("mallory", 1);
  for (int i = 0; i < 4; ++i) CHECK(admits(world, guess_of("user" + std::to_string(i), 1)));
  log_in(world, mine);
  CHECK(admits(world, guess_of("user4", 1)));
  CHECK_FALSE(admits(world, guess_of("user5", 1)));
  for (int i = 0; i < 2; ++i) CHECK(admits(world, guess_of("alice", 2)));
  log_in(world, guess_of("alice", 2));
  CHECK(flood(world, "alice", 9) == 3);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: what was not checked costs nothing", World, throttle_give_back) {
  World world;
  for (int i = 0; i < 20; ++i) {
    const auto guess = guess_of("alice", 1);
    const auto verdict = verdict_on(world, guess);
    REQUIRE(verdict.admitted);
    REQUIRE(world.throttle().was_not_checked(guess, verdict));
  }
  CHECK(flood(world, "alice", 9) == 3);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: giving back late takes nobody else's pause away", World, throttle_give_late) {
  World world;
  flood(world, "alice", 2);
  const auto late = guess_of("alice", 1);
  const auto verdict = verdict_on(world, late);
  world.let_pass(10s);
  CHECK(admits(world, guess_of("alice", 2)));
  REQUIRE(world.throttle().was_not_checked(late, verdict));
  CHECK_FALSE(admits(world, guess_of("alice", 3)));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: a pause tells its first refusal, and the next guess how many there were",
                          World, throttle_tells) {
  World world;
  flood(world, "alice", 3);
  CHECK(verdict_on(world, guess_of("alice", 1)).first_refusal);
  for (int i = 0; i < 41; ++i) CHECK_FALSE(verdict_on(world, guess_of("alice", 1)).first_refusal);
  world.let_pass(10s);
  CHECK(verdict_on(world, guess_of("alice", 1)).refused_before == 42);
  CHECK(verdict_on(world, guess_of("alice", 1)).first_refusal);
  world.let_pass(20s);
  CHECK(verdict_on(world, guess_of("alice", 1)).refused_before == 1);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: kinds of guesses do not meet, and one without an account has its block only",
                          World, throttle_kinds) {
  World world;
  flood(world, "alice", 9);
  CHECK(admits(world, guess_of("alice", 1, service::GuessKind::second_factor)));
  for (int i = 0; i < 5; ++i) CHECK(admits(world, guess_of("", 7, service::GuessKind::api_token)));
  CHECK_FALSE(admits(world, guess_of("", 7, service::GuessKind::api_token)));
  CHECK(admits(world, guess_of("", 8, service::GuessKind::api_token)));
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle: failures are forgotten", World, throttle_forgets) {
  World world;
  flood(world, "alice", 9);
  world.let_pass(310s);
  CHECK(flood(world, "alice", 9) == 3);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle keeps no name that was typed", World, throttle_hidden) {
  World world;
  log_in(world, guess_of("a password in the wrong field", 1));
  flood(world, "a password in the wrong field", 9);
  const auto stored = world.stored();
  CHECK_FALSE(stored.empty());
  CHECK(stored.find("wrong field") == std::string::npos);
}

TEST_CASE_TEMPLATE_DEFINE("LoginThrottle says unavailable when it is gone, so that callers fail closed", World,
                          throttle_gone) {
  World world;
  const auto guess = guess_of("alice", 1);
  const auto verdict = verdict_on(world, guess);
  world.lose_link();
  CHECK(world.throttle().begin(guess).error().code == ErrorCode::unavailable);
  CHECK(world.throttle().was_right(guess, verdict).error().code == ErrorCode::unavailable);
  CHECK(world.throttle().was_not_checked(guess, verdict).error().code == ErrorCode::unavailable);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_LOGIN_THROTTLE_CONTRACT(World)               \
  TEST_CASE_TEMPLATE_INVOKE(throttle_doubles, World);     \
  TEST_CASE_TEMPLATE_INVOKE(throttle_rare, World);        \
  TEST_CASE_TEMPLATE_INVOKE(throttle_reserves, World);    \
  TEST_CASE_TEMPLATE_INVOKE(throttle_block, World);       \
  TEST_CASE_TEMPLATE_INVOKE(throttle_usual, World);       \
  TEST_CASE_TEMPLATE_INVOKE(throttle_usual_block, World); \
  TEST_CASE_TEMPLATE_INVOKE(throttle_usual_ends, World);  \
  TEST_CASE_TEMPLATE_INVOKE(throttle_right, World);       \
  TEST_CASE_TEMPLATE_INVOKE(throttle_give_back, World);   \
  TEST_CASE_TEMPLATE_INVOKE(throttle_give_late, World);   \
  TEST_CASE_TEMPLATE_INVOKE(throttle_tells, World);       \
  TEST_CASE_TEMPLATE_INVOKE(throttle_kinds, World);       \
  TEST_CASE_TEMPLATE_INVOKE(throttle_forgets, World);     \
  TEST_CASE_TEMPLATE_INVOKE(throttle_hidden, World);      \
  TEST_CASE_TEMPLATE_INVOKE(throttle_gone, World)
