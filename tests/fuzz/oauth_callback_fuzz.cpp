/// @file tests/fuzz/oauth_callback_fuzz.cpp
/// What a browser is sent back with, as the query of the page and as the body of the call: no crash, and nothing ends
/// in a session but the right state together with the right code, once.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/handlers/login_callback.h"
#include "app/http/url.h"
#include "core/base/text.h"
#include "core/digest/digest.h"
#include "core/service/guess_guard.h"
#include "core/service/system.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_identity_store.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_login_throttle.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_peeringdb_login.h"
#include "tests/support/fake_token_store.h"

namespace {

using namespace ztix;

constexpr std::string_view kState = "the-state";
constexpr std::string_view kCode = "the-code";
constexpr std::string_view kIssuer = "https://auth.example.net";

/// One begun login, and a provider that knows one code.
struct World {
  World() {
    provider.identity.subject = "7";
    provider.identity.is_verified_user = provider.identity.is_verified_email = true;
    provider.identity.affiliations = {{domain::Asn::from_number(64496).value(), "One", true}};
    const auto begun = attempts.put(std::string(kState), {digest::sha256_hex(browser.expose()), "nonce",
                                                          SecretString("verifier"), "/dashboard", clock.now()});
    if (!begun) std::abort();
  }

  bool is_let_in(const service::LoginCallback& callback) {
    const bool known = callback.code == kCode && callback.issuer == kIssuer;
    provider.problem = known ? std::nullopt : std::optional(login_error(service::LoginProblem::invalid_issuer));
    return login.finish(callback, browser, {}).has_value();
  }

  SecretString browser{"browser"};
  test::FakeExchange exchange;
  test::FakeAccountStore accounts_store{exchange};
  test::FakeIdentityStore identities{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeNetworkStore networks{exchange};
  test::FakeClock clock;
  test::FakeSessionStore sessions{clock};
  test::FakePasswordHasher hasher;
  service::SystemRandom random;
  test::FakeLoginThrottle throttle{clock, service::kPeeringDbThrottle};
  service::GuessGuard guesses{throttle, audit};
  service::Accounts accounts{{accounts_store, sessions, hasher, audit, networks, random, clock, guesses}};
  test::FakeTokenStore tokens{exchange};
  test::FakeIdentityProvider provider;
  test::FakeLoginAttemptStore attempts{clock};
  service::PeeringDbLogin login{{provider, attempts, identities, tokens, audit, guesses, random, clock}, accounts};
};

void answer(std::string_view body) {
  const auto callback = app::parse_login_callback(body);
  if (!callback) return;
  World world;
  const bool is_right =
      callback->state == kState && callback->code == kCode && callback->issuer == kIssuer && !callback->error;
  if (world.is_let_in(*callback) != is_right) std::abort();
  if (world.is_let_in(*callback)) std::abort();
}

/// As the script of the page does it.
std::string body_of(const std::map<std::string, std::string>& query) {
  auto body = nlohmann::json::object();
  for (const char* const name : {"state", "code", "iss", "error"}) {
    if (const auto found = query.find(name); found != query.end()) body[name] = found->second;
  }
  return body.dump();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  answer(text);
  const auto query = app::parse_query(text);
  if (!query) return 0;
  const auto body = body_of(*query);
  if (!app::parse_login_callback(body)) std::abort();
  answer(body);
  return 0;
}
