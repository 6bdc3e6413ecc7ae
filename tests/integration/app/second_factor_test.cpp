#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/base32.h"
#include "core/service/system.h"
#include "core/service/totp.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

constexpr const char* kVerify = "/api/v1/auth/factors/verify";

std::string code_body(const std::string& code) { return json{{"code", code}}.dump(); }

std::string code_now(const std::string& base32) {
  return service::totp::code_of(SecretString(from_base32(base32).value()),
                                service::totp::step_of(service::SystemClock().now()));
}

/// Sets up a second factor from the browser. @return the reply of the confirmation.
Reply enrol(AppWorld& world, const Browser& who, const json& begin = json::object()) {
  const auto begun = world.send_as(who, "POST", "/api/v1/auth/factors/totp", begin.dump());
  REQUIRE_MESSAGE(begun.status == 201, begun.body);
  return world.send_as(who, "POST", "/api/v1/auth/factors/totp/confirm",
                       code_body(code_now(begun.data()["secret"].get<std::string>())));
}

std::string actions_of(AppWorld& world, const std::string& like) {
  return world.database
      .sql("SELECT coalesce(string_agg(action, ' ' ORDER BY id), '') AS text FROM audit WHERE action LIKE $1", {like})
      .one()
      .get<std::string>("text");
}

TEST_CASE("[identity 14] Half a login reaches nothing but the second step and logging out") {
  AppWorld world;
  const auto half = world.half_browser("admin");
  const auto denied = world.send_as(half, "GET", "/api/v1/me");
  CHECK(denied.status == 403);
  CHECK(denied.code() == "second_factor_required");
  CHECK(denied.parsed()["error"]["details"]["next"] == "/login/second-factor");
  CHECK(world.send_as(half, "GET", "/api/v1/admin/requests").code() == "second_factor_required");
  CHECK(world.send_as(half, "GET", "/api/v1/requests").code() == "second_factor_required");
  const auto page = world.send_as(half, "GET", "/admin/requests?status=pending");
  CHECK(page.status == 303);
  CHECK(page.headers.at("location") == "/login/second-factor?next=%2fadmin%2frequests%3fstatus%3dpending");
  CHECK(world.send_as(half, "GET", "/login/second-factor").status == 200);
  CHECK(world.send_as(half, "GET", "/").headers.at("location") == "/login/second-factor");
  CHECK(world.login("admin").data().size() == 3);  // neither roles nor AS numbers
  CHECK(world.send_as(half, "POST", "/api/v1/auth/logout").status == 200);
  CHECK(world.send_as(half, "GET", "/login/second-factor").status == 303);
}

TEST_CASE("[identity 14] A code works once, also when two send it at the same time") {
  AppWorld world;
  std::vector<Browser> halves;
  for (int i = 0; i < 8; ++i) halves.push_back(world.half_browser("admin"));
  const auto code = code_body(world.fresh_code());
  std::vector<int> statuses(halves.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { statuses[i] = world.send_as(halves[i], "POST", kVerify, code).status; });
    }
  }
  CHECK(std::count(statuses.begin(), statuses.end(), 200) == 1);
  const auto again = world.send_as(halves[5], "POST", kVerify, code);
  CHECK(again.status == 403);
  CHECK(again.code() == "wrong_code");
  CHECK(world.send_as(halves[5], "GET", "/api/v1/me").status == 403);
}

TEST_CASE("[identity 18] The second factor gives the session a new token, and the one before is worth nothing") {
  AppWorld world;
  const auto half = world.half_browser("admin");
  const auto full = world.verified(half);
  CHECK(full.cookie != half.cookie);
  CHECK(full.csrf != half.csrf);
  CHECK(world.send_as(half, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(full, "GET", "/api/v1/me").status == 200);
  const auto again = world.verified(full);
  CHECK(world.send_as(full, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(again, "GET", "/api/v1/me").data()["second_factor_at"].is_string());
}

TEST_CASE("[identity 14] Guessing codes is slowed down and leaves a trace") {
  AppWorld world;
  const auto half = world.half_browser("admin");
  int refused = 0;
  auto reply = world.send_as(half, "POST", kVerify, code_body("no code"));
  for (; refused < 50 && reply.status == 403; ++refused) {
    reply = world.send_as(half, "POST", kVerify, code_body("no code"));
  }
  CHECK(reply.status == 429);
  CHECK(reply.headers.count("retry-after") == 1);
  CHECK(refused <= 10);
  CHECK(actions_of(world, "factor.refused").find("factor.refused") == 0);
}

TEST_CASE("[identity 20] What weighs much wants a second factor of the last 5 minutes, and a code gives it") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  auto admin = world.browser("admin");
  AppWorld::let_sessions_age(std::chrono::seconds(301));
  const std::string base = "/api/v1/admin/requests/" + id;
  for (const std::string verb : {"approve", "reject", "suspend", "revoke"}) {
    const auto body = verb == "approve" ? std::string() : json{{"reason", "a test"}}.dump();
    const auto denied = world.send_as(admin, "POST", base + "/" + verb, body);
    CHECK(denied.status == 403);
    CHECK(denied.code() == "step_up_required");
    CHECK(denied.parsed()["error"]["details"]["by"] == "code");
  }
  CHECK(world.send_as(admin, "GET", base).data()["status"] == "pending");
  CHECK(world.send_as(admin, "POST", "/api/v1/auth/factors/totp").code() == "step_up_required");
  CHECK(world.send_as(admin, "POST", "/api/v1/auth/factors/recovery-codes").code() == "step_up_required");
  const auto factor = world.send_as(admin, "GET", "/api/v1/auth/factors").data()["factors"][0]["id"].get<std::string>();
  CHECK(world.send_as(admin, "DELETE", "/api/v1/auth/factors/" + factor).code() == "step_up_required");
  CHECK(actions_of(world, "access.refused").size() > 0);
  admin = world.verified(admin);
  CHECK(world.send_as(admin, "POST", base + "/approve").data()["status"] == "approved");
}

TEST_CASE("[identity 14] An administrator without a second factor does nothing as one, and is led to set it up") {
  AppWorld world;
  world.new_admin("fresh", {domain::Role::auditor});
  const auto fresh = world.browser("fresh");
  CHECK(world.login("fresh").data()["home"] == "/account");
  for (const std::string path : {"/api/v1/admin/requests", "/api/v1/admin/jobs"}) {
    const auto denied = world.send_as(fresh, "GET", path);
    CHECK(denied.code() == "second_factor_required");
    CHECK(denied.parsed()["error"]["details"]["next"] == "/account");
  }
  CHECK(world.send_as(fresh, "POST", "/api/v1/admin/freeze").code() == "second_factor_required");
  const auto page = world.send_as(fresh, "GET", "/admin/requests");
  CHECK(page.status == 303);
  CHECK(page.headers.at("location").find("/account?next=") == 0);
  CHECK(world.send_as(fresh, "GET", "/account").body.find("Set up a second factor first") != std::string::npos);
}

TEST_CASE("[identity 16] The first second factor of an administrator needs the one-time code, which works once") {
  AppWorld world;
  const auto user = world.new_admin("fresh");
  const auto code = world.new_enrolment_code(user);
  const auto fresh = world.browser("fresh");
  const auto begin = [&](const json& body) {
    return world.send_as(fresh, "POST", "/api/v1/auth/factors/totp", body.dump());
  };
  CHECK(begin(json::object()).code() == "enrolment_code_required");
  CHECK(begin({{"enrolment_code", "aaaa-bbbb-cccc-dddd-eeee-ffff"}}).code() == "wrong_enrolment_code");
  const auto done = enrol(world, fresh, {{"enrolment_code", code.code.expose()}});
  const auto full = browser_after(done);
  CHECK(world.send_as(full, "GET", "/api/v1/admin/requests").status == 200);
  CHECK_FALSE(world.factors.is_good_code(user, service::CodePurpose::enrolment, code.digest).value());
  CHECK(actions_of(world, "factor.%") == "factor.added factor.added factor.refused factor.begun factor.confirmed");
}

TEST_CASE("[identity 14] Setting a factor up gives ten recovery codes, each of which stands in for it once") {
  AppWorld world;
  const auto other = world.browser("alice");
  const auto alice = world.browser("alice");
  const auto done = enrol(world, alice, {{"label", "My phone"}});
  const auto full = browser_after(done);
  const auto codes = done.data()["recovery_codes"].get<std::vector<std::string>>();
  REQUIRE(codes.size() == 10);
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(other, "GET", "/api/v1/me").status == 401);
  const auto list = world.send_as(full, "GET", "/api/v1/auth/factors").data();
  CHECK(list["factors"][0]["label"] == "My phone");
  CHECK(list["recovery_codes_left"] == 10);
  const auto use = [&](const std::string& code) {
    return world.send_as(world.half_browser("alice"), "POST", kVerify, code_body(code)).status;
  };
  CHECK(use(codes[3]) == 200);
  CHECK(use(codes[3]) == 403);
  CHECK(use("aaaa-bbbb-cccc-dddd-eeee-ffff") == 403);
  CHECK(use(codes[4]) == 200);
  const auto renewed = world.send_as(full, "POST", "/api/v1/auth/factors/recovery-codes").data()["recovery_codes"];
  CHECK(renewed.size() == 10);
  CHECK(use(codes[5]) == 403);
  CHECK(use(renewed[0]) == 200);
  const auto stored = world.database
                          .sql(
                              "SELECT (SELECT string_agg(f::text, '') FROM user_factor f) || (SELECT "
                              "string_agg(r::text, '') FROM recovery_code r) || (SELECT string_agg(a::text, '') FROM "
                              "audit a) AS text")
                          .one()
                          .get<std::string>("text");
  for (const auto& code : codes) CHECK(stored.find(code) == std::string::npos);
}

TEST_CASE("The account page shows a QR code and a key that nothing else shows, and removing a factor ends the rest") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto begun = world.send_as(alice, "POST", "/api/v1/auth/factors/totp");
  const auto secret = begun.data()["secret"].get<std::string>();
  CHECK(begun.data()["otpauth_uri"].get<std::string>().find("otpauth://totp/Test-IX:alice?secret=" + secret) == 0);
  const auto page = world.send_as(alice, "GET", "/account");
  CHECK(page.body.find("<path d=\"M4 4h1v1h-1z") != std::string::npos);
  CHECK(page.body.find(secret) != std::string::npos);
  CHECK(page.headers.at("content-security-policy").find("unsafe") == std::string::npos);
  const auto stored =
      world.database.sql("SELECT string_agg(f::text, '') AS text FROM user_factor f").one().get<std::string>("text");
  CHECK(stored.find(secret) == std::string::npos);
  auto full =
      browser_after(world.send_as(alice, "POST", "/api/v1/auth/factors/totp/confirm", code_body(code_now(secret))));
  CHECK(world.send_as(full, "GET", "/account").body.find(secret) == std::string::npos);
  const auto id = world.send_as(full, "GET", "/api/v1/auth/factors").data()["factors"][0]["id"].get<std::string>();
  CHECK(world.send_as(world.browser("bob"), "DELETE", "/api/v1/auth/factors/" + id).status == 404);
  const auto removed = browser_after(world.send_as(full, "DELETE", "/api/v1/auth/factors/" + id));
  CHECK(world.send_as(full, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(removed, "GET", "/api/v1/me").data()["has_second_factor"] == false);
}

TEST_CASE("[identity 19] Another role, and a logout by an administrator, end a session at its next request") {
  AppWorld world;
  auto alice = world.browser("alice");
  service::UserChange change;
  change.add_roles = {domain::Role::auditor};
  REQUIRE(world.accounts.update_user("alice", change, AppWorld::cli()));
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
  alice = world.browser("alice");
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 200);
  REQUIRE(world.factors.end_logins(world.accounts.find_login("alice").value()->user.id, AppWorld::cli()));
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
}

}  // namespace
}  // namespace ztix::test
