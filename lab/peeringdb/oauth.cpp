#include "lab/peeringdb/oauth.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <Poco/URI.h>

#include "core/base/base64url.h"
#include "core/base/text.h"
#include "lab/peeringdb/page.h"

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;
using Form = std::map<std::string, std::string>;

constexpr std::chrono::seconds kCodeLifetime{60};
constexpr std::size_t kCodeLength = 30;
constexpr std::array<std::string_view, 5> kScopes{"openid", "profile", "email", "networks", "amr"};

std::string value_of(const Form& form, const std::string& name) {
  const auto found = form.find(name);
  return found == form.end() ? std::string() : found->second;
}

bool has_scope(const std::string& scope, std::string_view wanted) {
  const auto words = split(scope, ' ');
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

bool is_scope(const std::string& scope) {
  const auto words = split(scope, ' ');
  return !scope.empty() && std::all_of(words.begin(), words.end(), [](std::string_view word) {
    return std::find(kScopes.begin(), kScopes.end(), word) != kScopes.end();
  });
}

Reply problem(const std::string& text) { return {400, problem_page(text), "text/html; charset=utf-8"}; }

/// RFC 6749 §5.2.
Reply refusal(const std::string& error, int status = 400) { return json_reply({{"error", error}}, status); }

}  // namespace

OAuth::OAuth(Client client, const Directory& directory, Faults& faults)
    : client_(std::move(client)), directory_(directory), faults_(faults) {}

void OAuth::set_base_url(const std::string& url) { base_url_ = url; }

void OAuth::rotate_key() {
  SigningKey fresh;
  const std::lock_guard hold(mutex_);
  key_ = std::move(fresh);
}

void OAuth::add_routes(Router& router) {
  for (const char* path : {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}) {
    router.add("GET", path, "discovery", [this](const Call&) { return discovery(); });
  }
  router.add("GET", "/oauth2/.well-known/jwks.json", "jwks", [this](const Call&) { return keys(); });
  router.add("GET", "/oauth2/authorize/", "authorize", [this](const Call& call) { return authorize_page(call); });
  router.add("POST", "/oauth2/authorize/", "authorize", [this](const Call& call) { return authorize(call); });
  router.add("POST", "/oauth2/token/", "token", [this](const Call& call) { return token(call); });
  router.add("GET", "/profile/v1", "profile", [this](const Call& call) { return profile(call); });
}

Reply OAuth::discovery() const {
  const bool with_iss = faults_.with([](const FaultPlan& plan) { return plan.advertise_iss; });
  json document{{"issuer", issuer()},
                {"authorization_endpoint", base_url_ + "/oauth2/authorize/"},
                {"token_endpoint", base_url_ + "/oauth2/token/"},
                {"userinfo_endpoint", base_url_ + "/profile/v1"},
                {"jwks_uri", base_url_ + "/oauth2/.well-known/jwks.json"},
                {"scopes_supported", kScopes},
                {"response_types_supported", {"code"}},
                {"subject_types_supported", {"public"}},
                {"id_token_signing_alg_values_supported", {"RS256", "HS256"}},
                {"token_endpoint_auth_methods_supported", {"client_secret_post", "client_secret_basic"}},
                {"code_challenge_methods_supported", {"plain", "S256"}},
                {"claims_supported", {"sub"}}};
  if (with_iss) document["authorization_response_iss_parameter_supported"] = true;
  return json_reply(document);
}

Reply OAuth::keys() {
  const std::lock_guard hold(mutex_);
  return json_reply({{"keys", {key_.jwk()}}});
}

/// Before the client is known to be who it says, nothing is sent to its address.
Reply OAuth::authorize_page(const Call& call) const {
  if (call.parameter("client_id") != client_.id) return problem("There is no such application.");
  if (call.parameter("redirect_uri") != client_.redirect_uri) return problem("The redirect address is not registered.");
  return {200, consent_page(call.query, directory_.users()), "text/html; charset=utf-8"};
}

Reply OAuth::authorize(const Call& call) {
  const auto form = call.form();
  if (value_of(form, "client_id") != client_.id) return problem("There is no such application.");
  if (value_of(form, "redirect_uri") != client_.redirect_uri) return problem("The redirect address is not registered.");
  if (value_of(form, "response_type") != "code") return back_to_client(form, {{"error", "unsupported_response_type"}});
  if (!is_scope(value_of(form, "scope"))) return back_to_client(form, {{"error", "invalid_scope"}});
  const auto method = value_of(form, "code_challenge_method");
  const bool bad_pkce = form.contains("code_challenge") ? method != "S256" : !method.empty();
  if (bad_pkce) return back_to_client(form, {{"error", "invalid_request"}});
  if (value_of(form, "allow").empty()) return back_to_client(form, {{"error", "access_denied"}});
  return grant_code(form);
}

Reply OAuth::grant_code(const Form& form) {
  const auto id = parse_decimal<int>(value_of(form, "user"));
  if (!id || !directory_.user(*id)) return problem("There is no such person.");
  const auto code = random_text(kCodeLength);
  {
    const std::lock_guard hold(mutex_);
    grants_[code] = {value_of(form, "redirect_uri"),
                     value_of(form, "scope"),
                     value_of(form, "nonce"),
                     value_of(form, "code_challenge"),
                     *id,
                     std::chrono::steady_clock::now()};
  }
  return back_to_client(form, {{"code", code}});
}

Reply OAuth::back_to_client(const Form& form, std::map<std::string, std::string> parameters) const {
  const auto plan = faults_.with([](const FaultPlan& current) { return current; });
  if (form.contains("state")) parameters["state"] = form.at("state");
  if (plan.advertise_iss && plan.callback_iss != "missing") parameters["iss"] = issuer();
  if (plan.callback_iss == "wrong") parameters["iss"] = "https://another.example/oauth2";
  Poco::URI target(client_.redirect_uri);
  for (const auto& [name, value] : parameters) target.addQueryParameter(name, value);
  return {302, {}, "text/html; charset=utf-8", {{"Location", target.toString()}}};
}

Reply OAuth::token(const Call& call) {
  const auto form = call.form();
  if (value_of(form, "client_id") != client_.id || value_of(form, "client_secret") != client_.secret) {
    return refusal("invalid_client", 401);
  }
  if (value_of(form, "grant_type") != "authorization_code") return refusal("unsupported_grant_type");
  const std::lock_guard hold(mutex_);
  const auto found = grants_.find(value_of(form, "code"));
  if (found == grants_.end()) return refusal("invalid_grant");
  // Whatever comes of it: it was shown, so it is used.
  const Grant grant = found->second;
  grants_.erase(found);
  const auto verifier = value_of(form, "code_verifier");
  const bool late = std::chrono::steady_clock::now() - grant.given_at > kCodeLifetime;
  const bool proven = grant.challenge.empty() || to_base64url(sha256(verifier)) == grant.challenge;
  if (late || !proven || value_of(form, "redirect_uri") != grant.redirect_uri) return refusal("invalid_grant");
  return redeem(grant);
}

Reply OAuth::redeem(const Grant& grant) {
  const auto fault = faults_.with([](const FaultPlan& plan) { return plan.id_token; });
  const auto access = random_text(kCodeLength);
  tokens_[access] = {grant.scope, grant.user};
  json body{{"access_token", access},
            {"expires_in", 36'000},
            {"token_type", "Bearer"},
            {"scope", grant.scope},
            {"refresh_token", random_text(kCodeLength)}};
  if (has_scope(grant.scope, "openid")) {
    body["id_token"] = make_id_token(key_, {issuer(), client_.id, grant.nonce, access, grant.user}, fault);
  }
  return json_reply(body);
}

Reply OAuth::profile(const Call& call) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = call.header("authorization");
  const std::lock_guard hold(mutex_);
  const auto found = tokens_.find(header.starts_with(kScheme) ? header.substr(kScheme.size()) : std::string());
  if (found == tokens_.end() || !has_scope(found->second.scope, "profile")) return {403, {}, "text/html"};
  return profile_of(found->second);
}

Reply OAuth::profile_of(const Access& access) const {
  const auto plan = faults_.with([](const FaultPlan& current) { return current; });
  const auto user = directory_.user(access.user);
  if (!user) return {403, {}, "text/html"};
  json data{{"id", access.user + (plan.other_profile ? 1 : 0)},
            {"given_name", user->value("given_name", "")},
            {"family_name", user->value("family_name", "")},
            {"name", user->value("given_name", "") + " " + user->value("family_name", "")},
            {"verified_user", !plan.unverified_user && user->value("verified_user", true)}};
  if (has_scope(access.scope, "email")) {
    data["email"] = user->value("email", "");
    data["verified_email"] = !plan.unverified_email && user->value("verified_email", true);
  }
  if (has_scope(access.scope, "networks")) data["networks"] = directory_.networks_of(*user);
  if (has_scope(access.scope, "amr")) data["amr"] = user->value("amr", json::array({"pwd"}));
  if (plan.networks == "missing") data.erase("networks");
  if (plan.networks == "empty") data["networks"] = json::array();
  if (plan.networks == "malformed") data["networks"] = "64496";
  if (plan.networks == "malformed_item") data["networks"].push_back({{"asn", "64496"}, {"perms", 15}});
  return json_reply(data);
}

}  // namespace ztix::lab::peeringdb
