#pragma once

/// @file tests/unit/identity/provider_world.h
/// PeeringDbProvider against the simulator's own functions, without a socket in between: time and faults are ours.

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/identity/peeringdb_provider.h"
#include "lab/peeringdb/oauth.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"
#include "tests/support/process.h"

namespace ztix::test {

namespace sim = lab::peeringdb;

inline const std::string kAuthUrl = "https://auth.example.net";
inline const std::string kRedirect = "https://ix.example.net/auth/callback";
inline const std::string kVerifier = "a-verifier-of-this-test";
inline const std::string kNonce = "a-nonce-of-this-test";

inline const char* const kDirectory = R"({
  "users": [{"id": 7, "given_name": "Nora", "family_name": "Newcomer", "email": "nora@example.net",
             "amr": ["pwd", "otp", "something-new"],
             "networks": [{"id": 1, "perms": 15}, {"id": 2, "perms": 1}, {"id": 3, "perms": 13}]}],
  "net": [{"id": 1, "name": "One", "asn": 64496}, {"id": 2, "name": "Two", "asn": 64497},
          {"id": 3, "name": "Three", "asn": 64498}]})";

struct ProviderWorld {
  ProviderWorld() {
    oauth.set_base_url(kAuthUrl);
    oauth.add_routes(router);
    clock.advance(std::chrono::ceil<std::chrono::milliseconds>(std::chrono::system_clock::now() - clock.now()));
  }

  /// As a browser would: consents, and brings back what the provider gives.
  std::map<std::string, std::string> consent() {
    sim::Call call{"POST", "/oauth2/authorize/", {}, {}, {}};
    call.body =
        "client_id=ztix&redirect_uri=https%3A%2F%2Fix.example.net%2Fauth%2Fcallback&response_type=code&user=7&"
        "scope=openid+profile+email+networks+amr&allow=yes&state=s&code_challenge_method=S256&nonce=" +
        kNonce + "&code_challenge=" + to_base64url(digest::as_text(digest::sha256(kVerifier)));
    const auto location = ask(call).headers.at("Location");
    sim::Call parsed{"GET", {}, {}, {}, location.substr(location.find('?') + 1)};
    return parsed.form();
  }
  Result<service::ProvenIdentity> redeem(std::map<std::string, std::string> answer) {
    std::optional<std::string> issuer;
    if (answer.contains("iss")) issuer = answer["iss"];
    return provider.redeem({SecretString(answer["code"]), issuer, kNonce, SecretString(kVerifier)});
  }
  Result<service::ProvenIdentity> log_in() { return redeem(consent()); }
  std::string refusal() {
    const auto identity = log_in();
    return identity ? std::string("let in") : identity.error().reason;
  }
  void fault(const nlohmann::json& wanted) {
    auto plan = sim::plan_from(wanted);
    faults.with([&plan](sim::FaultPlan& current) { current = std::move(plan); });
  }
  [[nodiscard]] std::size_t fetched(const std::string& path) const {
    std::size_t count = 0;
    for (const auto& request : fetcher.requests) count += request.url == kAuthUrl + path ? 1 : 0;
    return count;
  }

  sim::Reply ask(const sim::Call& call) { return router.find(call)->handler(call); }
  Result<http::Reply> answer(const http::Request& request) {
    sim::Call call{request.method, request.url.substr(kAuthUrl.size()), {}, {}, request.body};
    for (const auto& header : request.secret_headers) call.headers["authorization"] = header.value.expose();
    const auto reply = ask(call);
    return http::Reply{reply.status, reply.content_type, reply.body};
  }

  TempFolder folder;
  sim::Faults faults;
  sim::Directory directory{folder.write("directory.json", kDirectory)};
  sim::OAuth oauth{{"ztix", "the-secret", kRedirect}, directory, faults};
  sim::Router router;
  FakeClock clock;
  FakeHttpFetcher fetcher{[this](const http::Request& request) { return answer(request); }, {kAuthUrl + ":443"}};
  identity::PeeringDbProvider provider{
      {"ztix", SecretString("the-secret"), kRedirect, "openid profile email networks amr", kAuthUrl}, fetcher, clock};
};

}  // namespace ztix::test
