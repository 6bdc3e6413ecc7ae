#pragma once

/// @file tests/contract/queue/challenge_store_contract.h
/// What every ChallengeStore does. A `World` has
///   challenges() let_pass(duration) lose_link()   as in session_store_contract.h

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "core/service/ports/challenge_store.h"

namespace ztix::test {

inline Uuid session_named(char name) { return Uuid::from_random(std::string(16, name)); }

TEST_CASE_TEMPLATE_DEFINE(
    "[identity 14] ChallengeStore gives a challenge back whole, once, and to its session and purpose", World,
    challenge_once) {
  using enum service::ChallengePurpose;
  World world;
  const std::string bytes("\0\xff a challenge", 14);
  REQUIRE(world.challenges().put(session_named('a'), registration, {bytes, "My key, the blue one"}));
  CHECK_FALSE(*world.challenges().take(session_named('b'), registration));
  CHECK_FALSE(*world.challenges().take(session_named('a'), verification));
  const auto taken = world.challenges().take(session_named('a'), registration).value();
  REQUIRE(taken);
  CHECK(taken->bytes == bytes);
  CHECK(taken->label == "My key, the blue one");
  CHECK_FALSE(*world.challenges().take(session_named('a'), registration));
}

TEST_CASE_TEMPLATE_DEFINE("[identity 14] ChallengeStore keeps the newest challenge, for five minutes", World,
                          challenge_kept) {
  using enum service::ChallengePurpose;
  World world;
  REQUIRE(world.challenges().put(session_named('a'), verification, {"first", ""}));
  REQUIRE(world.challenges().put(session_named('a'), verification, {"second", ""}));
  REQUIRE(world.challenges().put(session_named('b'), verification, {"another", ""}));
  world.let_pass(std::chrono::seconds(299));
  CHECK((*world.challenges().take(session_named('a'), verification))->bytes == "second");
  world.let_pass(std::chrono::seconds(2));
  CHECK_FALSE(*world.challenges().take(session_named('b'), verification));
}

TEST_CASE_TEMPLATE_DEFINE("ChallengeStore says unavailable when it is gone", World, challenge_gone) {
  using enum service::ChallengePurpose;
  World world;
  REQUIRE(world.challenges().put(session_named('a'), verification, {"first", ""}));
  world.lose_link();
  CHECK(world.challenges().put(session_named('a'), verification, {"b", ""}).error().code == ErrorCode::unavailable);
  CHECK(world.challenges().take(session_named('a'), verification).error().code == ErrorCode::unavailable);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_CHALLENGE_STORE_CONTRACT(World)        \
  TEST_CASE_TEMPLATE_INVOKE(challenge_once, World); \
  TEST_CASE_TEMPLATE_INVOKE(challenge_kept, World); \
  TEST_CASE_TEMPLATE_INVOKE(challenge_gone, World)
