#pragma once

/// @file tests/contract/queue/login_attempt_contract.h
/// What every LoginAttemptStore does. A `World` has
///   attempts() let_pass(duration) lose_link() stored()   as in session_store_contract.h

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/login_attempt_store.h"

namespace ztix::test {

inline service::LoginAttempt attempt_of(const std::string& browser) {
  return {browser, "the nonce", SecretString("the verifier"), "/dashboard",
          Timestamp(std::chrono::microseconds(1'800'000'000'123'456))};
}

TEST_CASE_TEMPLATE_DEFINE("LoginAttemptStore gives an attempt back whole, and once", World, attempt_once) {
  World world;
  REQUIRE(world.attempts().put("a state", attempt_of("one")));
  REQUIRE(world.attempts().put("another", attempt_of("two")));
  const auto taken = world.attempts().take("a state");
  REQUIRE(taken);
  REQUIRE(*taken);
  CHECK((*taken)->browser_hash == "one");
  CHECK((*taken)->nonce == "the nonce");
  CHECK((*taken)->code_verifier.expose() == "the verifier");
  CHECK((*taken)->next_path == "/dashboard");
  CHECK((*taken)->began_at == attempt_of("one").began_at);
  CHECK_FALSE(*world.attempts().take("a state"));
  CHECK_FALSE(*world.attempts().take("never put"));
  CHECK_FALSE(*world.attempts().take(""));
  CHECK((*world.attempts().take("another"))->browser_hash == "two");
}

TEST_CASE_TEMPLATE_DEFINE("LoginAttemptStore keeps no state as it is, and an attempt for half an hour", World,
                          attempt_kept) {
  World world;
  REQUIRE(world.attempts().put("a-state-to-be-looked-for", attempt_of("one")));
  REQUIRE(world.attempts().put("another", attempt_of("two")));
  CHECK_FALSE(world.stored().empty());
  CHECK(world.stored().find("a-state-to-be-looked-for") == std::string::npos);
  world.let_pass(std::chrono::minutes(29));
  CHECK(*world.attempts().take("another"));
  world.let_pass(std::chrono::minutes(2));
  CHECK_FALSE(*world.attempts().take("a-state-to-be-looked-for"));
}

TEST_CASE_TEMPLATE_DEFINE("LoginAttemptStore says unavailable when it is gone", World, attempt_gone) {
  World world;
  REQUIRE(world.attempts().put("a state", attempt_of("one")));
  world.lose_link();
  CHECK(world.attempts().put("b", attempt_of("one")).error().code == ErrorCode::unavailable);
  CHECK(world.attempts().take("a state").error().code == ErrorCode::unavailable);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_LOGIN_ATTEMPT_CONTRACT(World)        \
  TEST_CASE_TEMPLATE_INVOKE(attempt_once, World); \
  TEST_CASE_TEMPLATE_INVOKE(attempt_kept, World); \
  TEST_CASE_TEMPLATE_INVOKE(attempt_gone, World)
