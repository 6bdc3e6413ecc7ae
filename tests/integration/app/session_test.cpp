#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "core/service/password_reset.h"
#include "core/service/system.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

TEST_CASE("[identity 20] A user sees the own sessions and ends one, and nobody else's") {
  AppWorld world;
  const auto one = world.browser("alice");
  const auto two = world.browser("alice");
  const auto bob = world.browser("bob");
  const auto list = world.send_as(two, "GET", "/api/v1/auth/sessions").data();
  REQUIRE(list.size() == 2);
  const auto& other = list[0]["is_this"] == true ? list[1] : list[0];
  CHECK(other["is_this"] == false);
  CHECK(other["remote_address"] == "127.0.0.1");
  CHECK(other["factors"] == json::array({"pwd"}));
  const auto path = "/api/v1/auth/sessions/" + other["id"].get<std::string>();
  CHECK(world.send_as(bob, "DELETE", path).status == 404);
  CHECK(world.send_as(one, "GET", "/api/v1/me").status == 200);
  CHECK(world.send_as(two, "GET", "/account").body.find("Log out there") != std::string::npos);
  CHECK(world.send_as(two, "DELETE", path).status == 200);
  CHECK(world.send_as(one, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(two, "GET", "/api/v1/me").status == 200);
  CHECK(world.send_as(two, "DELETE", path).status == 404);
}

TEST_CASE("[identity 19] A session is 12 hours old after a restart, too, and over then however busy it was") {
  AppWorld world;
  const auto alice = world.browser("alice");
  AppWorld::let_sessions_age(std::chrono::hours(12) - std::chrono::minutes(1));
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 200);
  world.restart();
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 200);
  AppWorld::let_sessions_age(std::chrono::minutes(1));
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("[identity 19] A session may idle for 30 minutes, an administrator's for 15, by the server's clock") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto left = [&world](const Browser& who) {
    return AppWorld::idle_seconds(world.send_as(who, "GET", "/api/v1/me").data()["id"].get<std::string>());
  };
  // A slow machine may need some seconds between the two.
  for (const auto& [seconds, idle] : {std::pair(left(alice), 1800), std::pair(left(admin), 900)}) {
    CHECK(seconds <= idle);
    CHECK(seconds > idle - 60);
  }
}

TEST_CASE("[identity 18] Neither Redis nor the audit holds a token that opens a session") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto token = alice.cookie.substr(alice.cookie.find('=') + 1);
  CHECK(token.size() == 43);
  CHECK(AppWorld::everything_in_redis().find("ztix:session:") != std::string::npos);
  CHECK(AppWorld::everything_in_redis().find(token) == std::string::npos);
}

std::string reset_body(const std::string& token, const std::string& password) {
  return json{{"username", "alice"}, {"token", token}, {"password", password}}.dump();
}

/// A reset token as `ztix user password-reset alice` makes it.
std::string token_for_alice(AppWorld& world) {
  service::SystemRandom random;
  const auto made = service::make_reset_token(random);
  const auto user = world.accounts.find_login("alice").value()->user.id;
  REQUIRE(world.factors.put_code(user, service::CodePurpose::password_reset, made.digest, service::kResetTime,
                                 AppWorld::cli()));
  return made.token.expose();
}

Reply reset(const AppWorld& world, const std::string& token, const std::string& password) {
  return world.send("POST", "/api/v1/auth/password-reset", {{"Content-Type", "application/json"}},
                    reset_body(token, password));
}

TEST_CASE("[identity 15] A reset token gives a new password once, ends all sessions and is not the second factor") {
  AppWorld world;
  world.give_second_factor("alice");
  const auto before = world.browser("alice");
  const auto token = token_for_alice(world);
  CHECK(token.size() == 43);
  CHECK(reset(world, token, "short").code() == "weak_password");
  const std::string other = (token.front() == 'x' ? "y" : "x") + token.substr(1);
  CHECK(reset(world, other, "new words for alice").code() == "wrong_reset_token");
  CHECK(reset(world, token, "kwzxpqfj").status == 200);  // beside a second factor
  CHECK(world.send_as(before, "GET", "/api/v1/me").status == 401);
  CHECK(world.login("alice").status == 401);
  const auto again = world.login("alice", "kwzxpqfj");
  CHECK(again.data()["second_factor_required"] == true);
  CHECK(reset(world, token, "even newer words").code() == "wrong_reset_token");
}

TEST_CASE("[identity 15] A reset token is over after 15 minutes, and only its digest is stored") {
  AppWorld world;
  const auto token = token_for_alice(world);
  const auto stored =
      world.database.sql("SELECT string_agg(c::text, '') AS text FROM one_time_code c").one().get<std::string>("text");
  CHECK(stored.find(token) == std::string::npos);
  world.database.sql("UPDATE one_time_code SET expires_at = expires_at - interval '15 minutes'");
  CHECK(reset(world, token, "new words for alice").code() == "wrong_reset_token");
  CHECK(world.login("alice").status == 200);
}

TEST_CASE("[identity 9] Without a second factor a new password has 15 characters") {
  AppWorld world;
  const auto token = token_for_alice(world);
  CHECK(reset(world, token, "fourteen chars").code() == "weak_password");
  CHECK(reset(world, token, "kwzx pqfj mbvtd").status == 200);
}

}  // namespace
}  // namespace ztix::test
