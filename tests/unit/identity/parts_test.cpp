/// The parts of a login through PeeringDB that read outside text.

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/identity/id_token.h"
#include "core/identity/jwt.h"
#include "core/identity/key_set.h"
#include "core/identity/peeringdb_profile.h"
#include "core/identity/provider_metadata.h"
#include "lab/peeringdb/signing_key.h"

namespace ztix::identity {
namespace {

using nlohmann::json;

const Timestamp kNow{std::chrono::seconds(1'800'000'000)};
const ExpectedIdToken kExpected{"https://auth.example.net/oauth2", "ztix", "the-nonce", kNow};

json good_claims() {
  return {{"iss", kExpected.issuer}, {"aud", "ztix"},        {"sub", "7"},
          {"nonce", "the-nonce"},    {"exp", 1'800'000'100}, {"iat", 1'800'000'000}};
}

std::string verdict(const json& claims) {
  const auto subject = subject_of(claims.dump(), kExpected);
  return subject ? *subject : subject.error().reason + " " + subject.error().detail;
}

std::string with(const char* name, const json& value) {
  auto claims = good_claims();
  claims[name] = value;
  return verdict(claims);
}

TEST_CASE("[identity 3] An ID token is for us alone, from our provider, of now, and for this login") {
  CHECK(verdict(good_claims()) == "7");
  CHECK(with("aud", json::array({"ztix"})) == "7");
  CHECK(with("aud", json::array({"ztix", "other"})) == "invalid_id_token aud");
  CHECK(with("aud", json::array()) == "invalid_id_token aud");
  CHECK(with("aud", nullptr) == "invalid_id_token aud");
  CHECK(with("azp", "other") == "invalid_id_token azp");
  CHECK(with("iss", kExpected.issuer + "/") == "invalid_id_token iss");
  CHECK(with("exp", 1'799'999'940) == "invalid_id_token exp");
  CHECK(with("exp", 1'799'999'941) == "7");
  CHECK(with("exp", "1800000100") == "invalid_id_token exp");
  CHECK(with("exp", 1e300) == "invalid_id_token exp");
  CHECK(with("exp", -1) == "invalid_id_token exp");
  CHECK(with("iat", 1'800'000'061) == "invalid_id_token iat");
  CHECK(with("iat", nullptr) == "invalid_id_token iat");
  CHECK(with("nonce", "the-nonce ") == "invalid_nonce ");
  CHECK(with("nonce", 7) == "invalid_nonce ");
  CHECK(with("sub", "") == "invalid_id_token sub");
  CHECK(with("sub", 7) == "invalid_id_token sub");
  CHECK(with("sub", "a b") == "invalid_id_token sub");
  CHECK(with("sub", std::string(256, '7')) == "invalid_id_token sub");
  for (const char* text : {"", "[]", "null", "{"}) CHECK_FALSE(subject_of(text, kExpected));
}

TEST_CASE("A JWT has three parts of strict base64url and a header that asks for nothing we do not know") {
  const auto part = [](const char* text) { return to_base64url(text); };
  const auto good = part(R"({"alg":"RS256","kid":"k"})") + "." + part("{}") + "." + part("sig");
  const auto jwt = parse_jwt(good);
  REQUIRE(jwt);
  CHECK(jwt->algorithm == "RS256");
  CHECK(jwt->key_id == "k");
  CHECK(jwt->payload == "{}");
  CHECK(jwt->signature == "sig");
  CHECK(good == jwt->signed_text + "." + part("sig"));
  CHECK(parse_jwt(part("{}") + "..")->algorithm.empty());
  for (const auto& bad :
       {std::string(), std::string("a.b"), good + ".x", good + "=", part("[]") + "." + part("{}") + ".",
        part(R"({"alg":7})") + "..", part(R"({"alg":"RS256","crit":["x"]})") + "..", std::string(20'000, 'A')}) {
    CHECK_MESSAGE(!parse_jwt(bad).has_value(), bad);
  }
}

TEST_CASE("Of a key set only RSA keys of at least 2048 bits that sign with RS256 are taken") {
  const lab::peeringdb::SigningKey key;
  const auto set_of = [](const json& one) { return KeySet::parse(json{{"keys", {one}}}.dump()); };
  const auto changed = [&](const char* name, const json& value) {
    auto jwk = key.jwk();
    jwk[name] = value;
    return set_of(jwk);
  };
  const auto good = set_of(key.jwk());
  REQUIRE(good);
  const auto signature = key.sign("text");
  CHECK(good->verify_rs256(key.kid(), "text", signature));
  CHECK_FALSE(good->verify_rs256(key.kid(), "texT", signature));
  CHECK_FALSE(good->verify_rs256(key.kid(), "text", signature.substr(1)));
  CHECK_FALSE(good->verify_rs256(key.kid(), "text", ""));
  CHECK_FALSE(good->verify_rs256("other", "text", signature));
  CHECK_FALSE(changed("kty", "oct"));
  CHECK_FALSE(changed("use", "enc"));
  CHECK_FALSE(changed("alg", "HS256"));
  CHECK_FALSE(changed("n", to_base64url(std::string(128, '\x81'))));
  CHECK_FALSE(changed("n", "not base64 url"));
  CHECK_FALSE(changed("e", "AQ"));
  CHECK_FALSE(changed("e", ""));
  for (const char* text : {"", "{}", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[7]})"}) {
    CHECK_FALSE(KeySet::parse(text));
  }
}

TEST_CASE("[identity 7] A provider that names another host, scheme or port for anything is not believed") {
  const std::string base = "https://auth.example.net";
  const json good{{"issuer", base + "/oauth2"},
                  {"authorization_endpoint", base + "/a"},
                  {"token_endpoint", base + "/t"},
                  {"jwks_uri", base + "/j"}};
  const auto parsed = parse_provider_metadata(good.dump(), base);
  REQUIRE(parsed);
  CHECK_FALSE(parsed->names_itself);
  for (const char* name : {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    for (const json& value : {json("https://evil.example/x"), json("http://auth.example.net/x"),
                              json("https://auth.example.net:444/x"), json("https://u@auth.example.net/x"),
                              json(base + "/x#y"), json(base + "/x?y"), json(""), json(7), json(nullptr)}) {
      auto bad = good;
      bad[name] = value;
      CHECK_MESSAGE(!parse_provider_metadata(bad.dump(), base).has_value(), bad.dump());
    }
  }
  CHECK_FALSE(parse_provider_metadata("", base));
}

json profile_with(const json& networks) {
  return {{"id", 7}, {"verified_user", true}, {"email", "a@b.c"}, {"verified_email", true}, {"networks", networks}};
}

TEST_CASE("A profile is read for what it is, and one odd network spoils the list") {
  const json one{{"asn", 64496}, {"perms", 2}, {"name", "X"}};
  const auto read = [](const json& networks) { return parse_profile(profile_with(networks).dump())->affiliations; };
  REQUIRE(read(json::array({one})).size() == 1);
  CHECK(read(json::array({one}))[0].may_update);
  CHECK(read(json::array({one, one})).empty());
  for (const json& odd :
       {json(7), json::object(), json{{"asn", 64497}}, json{{"asn", "64497"}, {"perms", 1}},
        json{{"asn", 0}, {"perms", 1}}, json{{"asn", 4294967295}, {"perms", 1}}, json{{"asn", 64497}, {"perms", -1}},
        json{{"asn", 64497}, {"perms", "15"}}, json{{"asn", 64497}, {"perms", 1.5}}, json{{"asn", -5}, {"perms", 1}}}) {
    CHECK_MESSAGE(read(json::array({one, odd})).empty(), odd.dump());
  }
  CHECK_FALSE(parse_profile("[]"));
  CHECK_FALSE(parse_profile(R"({"id": "7"})"));
  CHECK_FALSE(parse_profile("{}"));
}

TEST_CASE("[identity 4] Only a plain true makes an e-mail address or a person verified") {
  auto profile = profile_with(json::array());
  CHECK(parse_profile(profile.dump())->is_verified_email);
  for (const json& value : {json("true"), json(1), json(nullptr), json(false)}) {
    profile["verified_email"] = profile["verified_user"] = value;
    CHECK_FALSE(parse_profile(profile.dump())->is_verified_email);
    CHECK_FALSE(parse_profile(profile.dump())->is_verified_user);
  }
  auto without = profile_with(json::array());
  without.erase("email");
  CHECK_FALSE(parse_profile(without.dump())->is_verified_email);
}

TEST_CASE("A recovery code is a word of ours that PeeringDB cannot say") {
  auto profile = profile_with(json::array());
  profile["amr"] = {"recovery", "swk", 7};
  CHECK(parse_profile(profile.dump())->factors == std::set{service::AuthFactor::swk});
}

}  // namespace
}  // namespace ztix::identity
