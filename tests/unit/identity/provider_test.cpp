#include <doctest/doctest.h>

#include "tests/unit/identity/provider_world.h"

namespace ztix::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A login brings who it is, the networks with the right to edit, and the means that we know") {
  ProviderWorld world;
  const auto identity = world.log_in();
  REQUIRE(identity);
  CHECK(identity->issuer == kAuthUrl + "/oauth2");
  CHECK(identity->subject == "7");
  CHECK(identity->name == "Nora Newcomer");
  CHECK(identity->is_verified_user);
  CHECK(identity->is_verified_email);
  REQUIRE(identity->affiliations.size() == 3);
  CHECK(identity->affiliations[0].may_update);
  CHECK_FALSE(identity->affiliations[1].may_update);
  // All bits but the one for editing.
  CHECK_FALSE(identity->affiliations[2].may_update);
  CHECK(identity->factors == std::set{service::AuthFactor::pwd, service::AuthFactor::otp});
}

TEST_CASE("[identity 1] The address of the authorization request names S256, the client and its one redirect address") {
  ProviderWorld world;
  const auto url = world.provider.authorization_url({"the-state", "the-nonce", "the-challenge"});
  REQUIRE(url);
  CHECK(*url == kAuthUrl +
                    "/oauth2/authorize/?client_id=ztix&code_challenge=the-challenge&code_challenge_method=S256&"
                    "nonce=the-nonce&redirect_uri=https%3a%2f%2fix.example.net%2fauth%2fcallback&response_type=code&"
                    "scope=openid%20profile%20email%20networks%20amr&state=the-state");
}

TEST_CASE("[identity 2] An answer without iss, or with another one, is refused before its code is sent anywhere") {
  ProviderWorld world;
  for (const char* fault : {"missing", "wrong"}) {
    world.fault({{"callback_iss", fault}});
    CHECK(world.refusal() == "invalid_issuer");
  }
  CHECK(world.fetched("/oauth2/token/") == 0);
}

TEST_CASE("[identity 2] A provider that does not name itself in answers may leave iss out, but not give another one") {
  ProviderWorld world;
  world.fault({{"advertise_iss", false}});
  CHECK(world.log_in());
  world.fault({{"advertise_iss", false}, {"callback_iss", "wrong"}});
  CHECK(world.refusal() == "invalid_issuer");
}

TEST_CASE("[identity 2] A code works once") {
  ProviderWorld world;
  const auto answer = world.consent();
  CHECK(world.redeem(answer));
  CHECK(world.redeem(answer).error().reason == "upstream_auth_failure");
}

TEST_CASE("[identity 3] An ID token is refused for each thing that can be wrong with it") {
  ProviderWorld world;
  for (const auto& [fault, why] : std::map<std::string, std::string>{{"wrong_nonce", "invalid_nonce"},
                                                                     {"missing_nonce", "invalid_nonce"},
                                                                     {"expired", "invalid_id_token"},
                                                                     {"bad_signature", "invalid_id_token"},
                                                                     {"alg_none", "invalid_id_token"},
                                                                     {"alg_hs256", "invalid_id_token"},
                                                                     {"wrong_aud", "invalid_id_token"},
                                                                     {"wrong_iss", "invalid_id_token"},
                                                                     {"missing_sub", "invalid_id_token"},
                                                                     {"unknown_kid", "invalid_id_token"}}) {
    CAPTURE(fault);
    world.fault({{"id_token", fault}});
    CHECK(world.refusal() == why);
  }
  world.fault(nlohmann::json::object());
  CHECK(world.log_in());
}

TEST_CASE("[identity 3] A key that we have not seen is looked for once a minute, however many tokens name it") {
  ProviderWorld world;
  REQUIRE(world.log_in());
  const std::string keys = "/oauth2/.well-known/jwks.json";
  CHECK(world.fetched(keys) == 1);
  world.fault({{"id_token", "unknown_kid"}});
  for (int i = 0; i < 5; ++i) CHECK(world.refusal() == "invalid_id_token");
  CHECK(world.fetched(keys) == 1);
  world.clock.advance(61s);
  for (int i = 0; i < 5; ++i) CHECK(world.refusal() == "invalid_id_token");
  CHECK(world.fetched(keys) == 2);
  world.clock.advance(61s);
  world.fault(nlohmann::json::object());
  world.oauth.rotate_key();
  CHECK(world.log_in());
  CHECK(world.fetched(keys) == 3);
}

TEST_CASE("[identity 3] A clock that is a minute behind is no reason, one that is further behind is") {
  ProviderWorld world;
  world.clock.advance(-50s);
  CHECK(world.log_in());
  world.clock.advance(-20s);
  CHECK(world.refusal() == "invalid_id_token");
}

TEST_CASE("The profile must be of the person whom the ID token names") {
  ProviderWorld world;
  world.fault({{"other_profile", true}});
  CHECK(world.refusal() == "upstream_auth_failure");
}

TEST_CASE("A list of networks that is missing, empty or broken in one place says nothing at all") {
  ProviderWorld world;
  for (const char* fault : {"missing", "empty", "malformed", "malformed_item"}) {
    CAPTURE(fault);
    world.fault({{"networks", fault}});
    const auto identity = world.log_in();
    REQUIRE(identity);
    CHECK(identity->affiliations.empty());
  }
}

TEST_CASE("What PeeringDB says about itself is asked for once an hour") {
  ProviderWorld world;
  const std::string discovery = "/.well-known/openid-configuration";
  for (int i = 0; i < 3; ++i) REQUIRE(world.provider.authorization_url({"s", "n", "c"}));
  CHECK(world.fetched(discovery) == 1);
  world.clock.advance(61min);
  REQUIRE(world.provider.authorization_url({"s", "n", "c"}));
  CHECK(world.fetched(discovery) == 2);
}

TEST_CASE("[identity 7] Each call has five seconds and takes one megabyte") {
  ProviderWorld world;
  REQUIRE(world.log_in());
  CHECK(world.fetcher.requests.size() == 4);
  for (const auto& request : world.fetcher.requests) {
    CHECK(request.timeout == 5s);
    CHECK(request.largest_body == 1024 * 1024);
  }
}

}  // namespace
}  // namespace ztix::test
