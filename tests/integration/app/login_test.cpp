#include <doctest/doctest.h>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

std::string last_audit(AppWorld& world) {
  return world.database
      .sql("SELECT action || ' ' || coalesce(facts->>'why', '') AS text FROM audit ORDER BY id DESC LIMIT 1")
      .one()
      .get<std::string>("text");
}

TEST_CASE("Logging in gives a cookie that only this host gets, and me knows who it is") {
  AppWorld world;
  const auto reply = world.login("alice");
  REQUIRE(reply.status == 200);
  const auto cookie = reply.headers.at("set-cookie");
  CHECK(cookie.starts_with("__Host-ztix="));
  for (const std::string part : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"}) {
    CHECK_MESSAGE(cookie.find(part) != std::string::npos, part);
  }
  CHECK(cookie.find("Domain") == std::string::npos);
  CHECK(reply.headers.at("cache-control") == "no-store");
  CHECK(last_audit(world) == "login.succeeded ");
  const Browser alice{cookie.substr(0, cookie.find(';')), reply.data()["csrf_token"]};
  const auto me = world.send_as(alice, "GET", "/api/v1/me").data();
  CHECK(me["username"] == "alice");
  CHECK(me["roles"] == json::array({"operator"}));
  CHECK(me["asns"] == json::array({64496, 64497}));
  CHECK(me["csrf_token"] == alice.csrf);
}

TEST_CASE("An unknown user and a wrong password get the same answer") {
  AppWorld world;
  auto unknown = world.login("nobody", "not the password at all");
  auto wrong = world.login("alice", "not the password at all");
  CHECK(last_audit(world) == "login.refused wrong_password");
  CHECK(unknown.status == 401);
  CHECK(wrong.status == 401);
  auto a = unknown.parsed()["error"];
  auto b = wrong.parsed()["error"];
  a.erase("request_id");
  b.erase("request_id");
  CHECK(a == b);
  CHECK(unknown.headers.count("set-cookie") == 0);
}

TEST_CASE("A disabled user is refused with the right password, audited, and sessions end at once") {
  AppWorld world;
  const auto bob = world.browser("bob");
  service::UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts.update_user("bob", change, AppWorld::cli()));
  CHECK(world.send_as(bob, "GET", "/api/v1/me").status == 401);
  const auto reply = world.login("bob");
  CHECK(reply.status == 403);
  CHECK(reply.code() == "account_disabled");
  CHECK(last_audit(world) == "login.refused account_disabled");
  CHECK(world.login("bob", "not the password at all").code() == "bad_credentials");
}

TEST_CASE("A login rehashes a password whose parameters have risen since") {
  AppWorld world;
  const auto hash = [&] {
    return world.database
        .sql("SELECT secret FROM credential c JOIN app_user u ON u.id = c.user_id WHERE u.username = 'alice'")
        .one()
        .get<std::string>("secret");
  };
  const auto before = hash();
  REQUIRE(world.login("alice").status == 200);
  const auto after = hash();
  CHECK(before != after);
  CHECK(after.find("m=47104") != std::string::npos);
  CHECK(world.login("alice").status == 200);
  CHECK(hash() == after);
}

TEST_CASE("Logging out ends the session, and logging in again ends the one before") {
  AppWorld world;
  const auto first = world.browser("alice");
  CHECK(world.send_as(first, "POST", "/api/v1/auth/logout").status == 200);
  CHECK(world.send_as(first, "GET", "/api/v1/me").status == 401);
  const auto second = world.browser("alice");
  CHECK(world.login("alice", kPassword, {{"Cookie", second.cookie}}).status == 200);
  CHECK(world.send_as(second, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("[identity 21] A login from another site is refused before any password is checked") {
  AppWorld world;
  CHECK(world.login("alice", kPassword, {{"Origin", "https://evil.example"}}).code() == "cross_site");
  CHECK(world.login("alice", kPassword, {{"Sec-Fetch-Site", "cross-site"}}).code() == "cross_site");
  CHECK(world.login("alice", kPassword, {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(world.login("alice", kPassword, {{"Origin", "https://ix.example.net"}}).status == 200);
}

TEST_CASE("[identity 36] Without Redis nobody is let in and nobody stays in, until it is back") {
  AppWorld world;
  const auto alice = world.browser("alice");
  AppWorld::redis().stop();
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 503);
  CHECK(world.login("alice").status == 503);
  const auto ready = world.send("GET", "/readyz");
  CHECK(ready.status == 503);
  CHECK(ready.parsed()["dependencies"] == json{{"postgresql", "ok"}, {"redis", "unavailable"}});
  CHECK(world.send("GET", "/healthz").status == 200);
  AppWorld::redis().start();
  CHECK(world.send("GET", "/readyz").status == 200);
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
  CHECK(world.login("alice").status == 200);
}

TEST_CASE("No page, reply or header shows the password or the session's token again") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto token = alice.cookie.substr(alice.cookie.find('=') + 1);
  for (const std::string path : {"/dashboard", "/api/v1/me", "/api/v1/requests", "/nowhere"}) {
    const auto reply = world.send_as(alice, "GET", path);
    CHECK(reply.body.find(token) == std::string::npos);
    for (const auto& [name, value] : reply.headers) CHECK(value.find(token) == std::string::npos);
  }
  const auto stored =
      world.database.sql("SELECT string_agg(a::text, '') AS text FROM audit a").one().get<std::string>("text");
  CHECK(stored.find(token) == std::string::npos);
  CHECK(stored.find(kPassword) == std::string::npos);
}

}  // namespace
}  // namespace ztix::test
