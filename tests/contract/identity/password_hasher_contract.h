#pragma once

/// @file tests/contract/identity/password_hasher_contract.h
/// What every PasswordHasher does. A `World` has
///   hasher()
///   raise_cost()      from now on hashing is meant to cost more
///   while_full(call)  runs `call` while every place is taken

#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "core/service/ports/password_hasher.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("PasswordHasher knows a password again and no other", World, hasher_verify) {
  World world;
  const std::vector<std::string> passwords{
      "correct horse battery",          "correct horse batterz", "", "pässwörter", std::string("before\0after", 12),
      std::string("before\0other", 12), std::string(1024, 'x')};
  for (const auto& right : passwords) {
    const auto hash = world.hasher().hash(SecretString(right));
    REQUIRE(hash);
    for (const auto& tried : passwords) {
      const auto verdict = world.hasher().verify(SecretString(tried), *hash);
      REQUIRE(verdict);
      CHECK(verdict->matches == (tried == right));
    }
  }
}

TEST_CASE_TEMPLATE_DEFINE("PasswordHasher salts and never shows the password", World, hasher_salt) {
  World world;
  const SecretString password("correct horse battery");
  const auto one = world.hasher().hash(password);
  const auto two = world.hasher().hash(password);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(*one != *two);
  CHECK(one->find(password.expose()) == std::string::npos);
  CHECK(world.hasher().verify(password, *one)->matches);
  CHECK(world.hasher().verify(password, *two)->matches);
}

TEST_CASE_TEMPLATE_DEFINE("PasswordHasher asks for a new hash when its cost has risen", World, hasher_rehash) {
  World world;
  const SecretString password("correct horse battery");
  const auto old = world.hasher().hash(password).value();
  CHECK_FALSE(world.hasher().verify(password, old)->needs_rehash);
  world.raise_cost();
  const auto verdict = world.hasher().verify(password, old);
  CHECK(verdict->matches);
  CHECK(verdict->needs_rehash);
  const auto fresh = world.hasher().hash(password).value();
  CHECK(world.hasher().verify(password, fresh)->matches);
  CHECK_FALSE(world.hasher().verify(password, fresh)->needs_rehash);
}

TEST_CASE_TEMPLATE_DEFINE("PasswordHasher does not take what is no hash for a wrong password", World, hasher_garbage) {
  World world;
  for (const char* stored : {"", "plain text", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"}) {
    const auto verdict = world.hasher().verify(SecretString("plain text"), stored);
    REQUIRE_FALSE(verdict);
    CHECK(verdict.error().code == ErrorCode::internal);
  }
}

TEST_CASE_TEMPLATE_DEFINE("PasswordHasher refuses at once when every place is taken, and works again after", World,
                          hasher_full) {
  World world;
  const SecretString password("correct horse battery");
  const auto stored = world.hasher().hash(password).value();
  world.while_full([&] {
    CHECK(world.hasher().hash(password).error().code == ErrorCode::rate_limited);
    CHECK(world.hasher().verify(password, stored).error().code == ErrorCode::rate_limited);
    CHECK(world.hasher().waste_one_run(password).error().code == ErrorCode::rate_limited);
  });
  CHECK(world.hasher().verify(password, stored)->matches);
  CHECK(world.hasher().waste_one_run(password));
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_PASSWORD_HASHER_CONTRACT(World)        \
  TEST_CASE_TEMPLATE_INVOKE(hasher_verify, World);  \
  TEST_CASE_TEMPLATE_INVOKE(hasher_salt, World);    \
  TEST_CASE_TEMPLATE_INVOKE(hasher_rehash, World);  \
  TEST_CASE_TEMPLATE_INVOKE(hasher_garbage, World); \
  TEST_CASE_TEMPLATE_INVOKE(hasher_full, World)
