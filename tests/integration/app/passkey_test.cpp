#include <string>

#include <doctest/doctest.h>

#include "core/base/base64url.h"
#include "tests/integration/app/app_world.h"
#include "tests/support/software_passkey.h"

namespace ztix::test {
namespace {

constexpr const char* kOrigin = "https://ix.example.net";
constexpr const char* kBegin = "/api/v1/auth/factors/passkey";
constexpr const char* kConfirm = "/api/v1/auth/factors/passkey/confirm";
constexpr const char* kChallenge = "/api/v1/auth/factors/passkey/challenge";
constexpr const char* kVerify = "/api/v1/auth/factors/passkey/verify";

std::string challenge_in(const Reply& reply) {
  REQUIRE_MESSAGE(reply.status / 100 == 2, reply.body);
  return from_base64url(reply.data()["public_key"]["challenge"].get<std::string>()).value();
}

std::string registration_body(const service::PasskeyRegistration& made) {
  return json{{"client_data_json", to_base64url(made.client_data_json)},
              {"authenticator_data", to_base64url(made.authenticator_data)},
              {"algorithm", made.algorithm}}
      .dump();
}

std::string assertion_body(const service::PasskeyAssertion& shown) {
  return json{{"credential_id", to_base64url(shown.credential_id)},
              {"client_data_json", to_base64url(shown.client_data_json)},
              {"authenticator_data", to_base64url(shown.authenticator_data)},
              {"signature", to_base64url(shown.signature)}}
      .dump();
}

Reply enrol(AppWorld& world, const Browser& who, SoftwarePasskey& key, const json& begin = json::object()) {
  const auto challenge = challenge_in(world.send_as(who, "POST", kBegin, begin.dump()));
  return world.send_as(who, "POST", kConfirm, registration_body(key.register_with(challenge)));
}

/// What the key answers to a fresh challenge for this session.
std::string answer_of(AppWorld& world, const Browser& who, SoftwarePasskey& key) {
  return assertion_body(key.assert_with(challenge_in(world.send_as(who, "POST", kChallenge))));
}

std::string refusals(AppWorld& world) {
  return world.database
      .sql(
          "SELECT coalesce(string_agg(facts->>'why', ' ' ORDER BY id), '') AS text FROM audit "
          "WHERE action = 'factor.refused'")
      .one()
      .get<std::string>("text");
}

TEST_CASE("A passkey is set up with recovery codes, and afterwards finishes a login and a step-up") {
  AppWorld world;
  SoftwarePasskey key(kOrigin);
  const auto alice = world.browser("alice");
  const auto offer = world.send_as(alice, "POST", kBegin, R"({"label":"Blue key"})").data()["public_key"];
  CHECK(offer["rp"]["id"] == "ix.example.net");
  CHECK(offer["user"]["name"] == "alice");
  CHECK(offer["excludeCredentials"].empty());
  CHECK(from_base64url(offer["challenge"].get<std::string>())->size() == 32);
  const auto done = enrol(world, alice, key, {{"label", "Blue key"}});
  auto full = browser_after(done);
  CHECK(done.data()["recovery_codes"].size() == 10);
  CHECK(world.send_as(alice, "GET", "/api/v1/me").status == 401);
  const auto factor = world.send_as(full, "GET", "/api/v1/auth/factors").data()["factors"][0];
  CHECK(factor["kind"] == "passkey");
  CHECK(factor["label"] == "Blue key");
  CHECK(world.send_as(full, "POST", kBegin).data()["public_key"]["excludeCredentials"].size() == 1);
  const auto half = world.half_browser("alice");
  CHECK(world.send_as(half, "GET", "/login/second-factor").body.find("Use your passkey") != std::string::npos);
  const auto in = browser_after(world.send_as(half, "POST", kVerify, answer_of(world, half, key)));
  CHECK(world.send_as(half, "GET", "/api/v1/me").status == 401);
  CHECK(world.send_as(in, "GET", "/api/v1/me").data()["has_passkey"] == true);
  AppWorld::let_sessions_age(std::chrono::seconds(301));
  CHECK(world.send_as(in, "POST", kBegin).code() == "step_up_required");
  full = browser_after(world.send_as(in, "POST", kVerify, answer_of(world, in, key)));
  CHECK(world.send_as(full, "POST", kBegin).status == 201);
}

TEST_CASE("[identity 14] A passkey's answer counts once, in the session that was asked, and in 5 minutes") {
  AppWorld world;
  SoftwarePasskey key(kOrigin);
  key.step = 0;  // one that does not count, so that nothing but the challenge stops a second use
  browser_after(enrol(world, world.browser("alice"), key));
  const auto first = world.half_browser("alice");
  const auto second = world.half_browser("alice");
  CHECK(world.send_as(first, "POST", kVerify, "{}").status == 400);
  const auto stolen = answer_of(world, first, key);
  CHECK(world.send_as(second, "POST", kVerify, stolen).code() == "no_challenge");
  CHECK(answer_of(world, second, key) != stolen);
  CHECK(world.send_as(second, "POST", kVerify, stolen).code() == "wrong_passkey");
  const auto in = browser_after(world.send_as(first, "POST", kVerify, stolen));
  CHECK(world.send_as(in, "POST", kVerify, stolen).code() == "no_challenge");
  CHECK(refusals(world) == "wrong_passkey");
}

TEST_CASE("[identity 14] A registration that another site or another challenge signed sets up nothing") {
  AppWorld world;
  const auto alice = world.browser("alice");
  SoftwarePasskey key(kOrigin);
  SoftwarePasskey phished("https://ix.example.net.evil.example");
  phished.relying_party = "ix.example.net";
  CHECK(enrol(world, alice, phished).code() == "wrong_passkey");
  challenge_in(world.send_as(alice, "POST", kBegin));
  const auto other = registration_body(key.register_with(std::string(32, 'x')));
  CHECK(world.send_as(alice, "POST", kConfirm, other).code() == "wrong_passkey");
  CHECK(world.send_as(alice, "POST", kConfirm, other).code() == "no_challenge");
  CHECK(world.send_as(alice, "GET", "/api/v1/auth/factors").data()["factors"].empty());
  CHECK(refusals(world) == "wrong_passkey wrong_passkey");
}

TEST_CASE("[identity 14] A passkey is one user's, and another user's login does not take it") {
  AppWorld world;
  SoftwarePasskey key(kOrigin);
  SoftwarePasskey other(kOrigin);
  other.credential_id = "credential of another";
  browser_after(enrol(world, world.browser("alice"), key));
  CHECK(enrol(world, world.browser("bob"), key).code() == "known_passkey");
  browser_after(enrol(world, world.browser("bob"), other));
  const auto half = world.half_browser("bob");
  CHECK(world.send_as(half, "POST", kVerify, answer_of(world, half, key)).code() == "wrong_passkey");
  CHECK(refusals(world) == "unknown_passkey");
  CHECK(world.send_as(half, "GET", "/api/v1/me").status == 403);
}

TEST_CASE("[identity 14] A copied passkey is refused when its counter stands still") {
  AppWorld world;
  SoftwarePasskey key(kOrigin);
  browser_after(enrol(world, world.browser("alice"), key));
  const auto first = world.half_browser("alice");
  browser_after(world.send_as(first, "POST", kVerify, answer_of(world, first, key)));
  key.step = 0;
  const auto second = world.half_browser("alice");
  CHECK(world.send_as(second, "POST", kVerify, answer_of(world, second, key)).code() == "wrong_passkey");
}

TEST_CASE(
    "[identity 16] An administrator's first passkey needs the one-time code, and makes an administrator of the login") {
  AppWorld world;
  const auto user = world.new_admin("fresh");
  const auto code = world.new_enrolment_code(user);
  const auto fresh = world.browser("fresh");
  SoftwarePasskey key(kOrigin);
  CHECK(world.send_as(fresh, "POST", kBegin).code() == "enrolment_code_required");
  CHECK(world.send_as(fresh, "POST", kBegin, R"({"enrolment_code":"aaaa-bbbb"})").code() == "wrong_enrolment_code");
  const auto full = browser_after(enrol(world, fresh, key, {{"enrolment_code", code.code.expose()}}));
  CHECK(world.send_as(full, "GET", "/api/v1/admin/requests").status == 200);
  CHECK_FALSE(world.factors.is_good_code(user, service::CodePurpose::enrolment, code.digest).value());
}

TEST_CASE(
    "[identity 25] What is no passkey's answer is refused, names the field, and uses nothing up that it does not "
    "read") {
  AppWorld world;
  const auto alice = world.browser("alice");
  SoftwarePasskey key(kOrigin);
  const auto challenge = challenge_in(world.send_as(alice, "POST", kBegin));
  auto body = json::parse(registration_body(key.register_with(challenge)));
  const auto spoilt = [&](const char* field, const json& value) {
    auto copy = body;
    copy[field] = value;
    return world.send_as(alice, "POST", kConfirm, copy.dump());
  };
  CHECK(spoilt("authenticator_data", "not+base64url").code() == "bad_passkey");
  CHECK(spoilt("authenticator_data", 7).code() == "wrong_type");
  CHECK(spoilt("algorithm", "-7").code() == "wrong_type");
  CHECK(spoilt("algorithm", -7.0).code() == "wrong_type");
  CHECK(spoilt("more", "x").code() == "unknown_field");
  CHECK(world.send_as(alice, "POST", kConfirm, body.dump()).status == 200);
}

}  // namespace
}  // namespace ztix::test
