/// @file tests/fuzz/jwt_fuzz.cpp
/// An ID token as it comes, through all of PeeringDbProvider: no crash, and of all texts one is believed, the one that
/// the key signed. Its parts also get the text alone, since no change to a token gets past its signature.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/identity/id_token.h"
#include "core/identity/jwt.h"
#include "core/identity/key_set.h"
#include "core/identity/peeringdb_profile.h"
#include "core/identity/peeringdb_provider.h"
#include "core/identity/provider_metadata.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"

namespace {

using namespace ztix;
using nlohmann::json;

const std::string kBase = "https://auth.example.net";
const std::string kIssuer = kBase + "/oauth2";
constexpr std::chrono::seconds kNow{1'800'000'000};

// Nobody has the private half any more.
constexpr std::string_view kModulus =
    "7gPueEsKyTgi70hPokAyRSatgircUBvLsNiHEwsir2DNP0yS1hOKOIr_BQyoulR7LJhEXznd_RbHjtXP619AXsSSp9ll7ki8B7g1"
    "VEIXR8qakk-QOVMnS2iYtdf8APeWrvDwWcapOsU7m9UjuZ6dMsyfB59rkLc4reGr8JuHVHjEy9SDzfaYWjHMBxsHk5kmSq_ifp7U"
    "yyg1Z_eCL8X9g_j2kJ34OuNTj8AMw3H53zHiL3m-dMzh3lD26uf0sy_in9H7yjH6oKGadLwZEWh_eB-"
    "bnlR18UttuqUXFE2SJdeCZslG6r7dsHbSm6O5qoF9ornDle20_F01US-ySDYZcw";
constexpr std::string_view kGood =
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5uZXQvb2F1dGgyIiwiYXVkIjoie"
    "nRpeCIsInN1YiI6IjciLCJub25jZSI6InRoZS1ub25jZSIsImV4cCI6MTgwMDAwMDEwMCwiaWF0IjoxODAwMDAwMDAwfQ.FK8cbz"
    "Y3j9YLgYrbXGb5aOL6jH5EvUKfVw01cf2PNTwUUprfMT1Qz0EzyDG0STaaSVbS3Z3K2OaBIm97ZFDA8zE-DKNXxcvu3zZh5P0yL0"
    "FhBt44vuNyw1FUPqMJ_ozoQRqmvxuLcwBO2WrkcX0drqVZWcskCWIQtofWTdO7JLPBd0OeCUUID2gp5BseFRiQwQ2peqY-"
    "U8zJ6Saq7qfjvW-AOsJ-WcyBpwzQVOalCm_FV_3TC4r7klNDUa7Exksi_CYrdecLQ5NraPVcca0JJWGDVSwuJ-"
    "7qRA950PhiWlQsIzbrXaTFM1AYnIvCBpnbCikemRl8bMC3dICm-1JSVQ";

/// A provider that always gives the same answers, but for the ID token.
struct World {
  World() { clock.advance(std::chrono::duration_cast<std::chrono::milliseconds>(Timestamp(kNow) - clock.now())); }

  Result<service::ProvenIdentity> redeem(std::string_view token) {
    id_token = token;
    fetcher.requests.clear();
    return provider.redeem({SecretString("code"), kIssuer, "the-nonce", SecretString("verifier")});
  }

  [[nodiscard]] Result<http::Reply> answer(const http::Request& request) const {
    json reply;
    if (request.url.ends_with("/openid-configuration")) {
      reply = {{"issuer", kIssuer},
               {"authorization_endpoint", kBase + "/a"},
               {"token_endpoint", kBase + "/t"},
               {"jwks_uri", kBase + "/j"}};
    } else if (request.url == kBase + "/j") {
      reply["keys"] = {{{"kty", "RSA"}, {"kid", "k"}, {"n", kModulus}, {"e", "AQAB"}}};
    } else if (request.url == kBase + "/t") {
      reply = {{"access_token", "a"}, {"id_token", id_token}};
    } else {
      reply = {{"id", 7}};
    }
    return http::Reply{200, "application/json", reply.dump(-1, ' ', false, json::error_handler_t::replace)};
  }

  std::string id_token;
  test::FakeClock clock;
  test::FakeHttpFetcher fetcher{[this](const http::Request& request) { return answer(request); }};
  identity::PeeringDbProvider provider{
      {"ztix", SecretString("secret"), "https://ix.example.net/auth/callback", "openid", kBase}, fetcher, clock};
};

/// Claims that are believed say, to any reader, what we wanted.
void read_claims(std::string_view text) {
  const auto subject = identity::subject_of(text, {kIssuer, "ztix", "the-nonce", Timestamp(kNow)});
  if (!subject) return;
  const auto claims = json::parse(text);
  if (claims.at("iss") != kIssuer || claims.at("nonce") != "the-nonce" || claims.at("sub") != *subject) std::abort();
  if (claims.at("exp").get<double>() <= 1'799'999'940) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  static const bool kKnowsItsOwn = world.redeem(kGood).has_value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!kKnowsItsOwn || (world.redeem(text) && text != kGood)) std::abort();
  if (const auto jwt = identity::parse_jwt(text)) read_claims(jwt->payload);
  read_claims(text);
  if (const auto keys = identity::KeySet::parse(text); keys && keys->verify_rs256("k", "text", text)) std::abort();
  if (const auto metadata = identity::parse_provider_metadata(text, kBase)) {
    if (!metadata->token_endpoint.starts_with(kBase) || !metadata->jwks_uri.starts_with(kBase)) std::abort();
  }
  if (const auto profile = identity::parse_profile(text); profile && profile->subject.empty()) std::abort();
  return 0;
}
