#include "core/identity/peeringdb_provider.h"

#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/identity/id_token.h"
#include "core/identity/json_text.h"
#include "core/identity/peeringdb_profile.h"
#include "core/log/log.h"
#include "core/service/ports/login_problem.h"

namespace ztix::identity {
namespace {

using service::LoginProblem;
using service::ProvenIdentity;

constexpr std::chrono::milliseconds kTimeout{5'000};
constexpr std::size_t kLargestReply = 1024 * 1024;
constexpr std::chrono::hours kMetadataAge{1};
constexpr std::chrono::minutes kKeyPause{1};
constexpr std::ptrdiff_t kPlaces = 8;

constexpr int kOk = 200;
constexpr int kTooManyRequests = 429;

Error upstream(std::string_view detail) { return login_error(LoginProblem::upstream_auth_failure).with_detail(detail); }

/// `a=b&c=d`, every value escaped.
std::string encoded(const std::map<std::string, std::string>& fields) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : fields) parts.push_back(name + "=" + percent_encoded(value));
  return join(parts, "&");
}

http::Request get(std::string url) {
  http::Request request;
  request.url = std::move(url);
  return request;
}

http::Request post(std::string url, const std::map<std::string, std::string>& form) {
  auto request = get(std::move(url));
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  request.body = encoded(form);
  return request;
}

/// RFC 9207 §2.4.
Status check_issuer(const ProviderMetadata& metadata, const std::optional<std::string>& issuer) {
  if (issuer ? *issuer == metadata.issuer : !metadata.names_itself) return {};
  return login_error(LoginProblem::invalid_issuer);
}

}  // namespace

PeeringDbProvider::PeeringDbProvider(PeeringDbClient client, http::HttpFetcher& fetcher, service::Clock& clock)
    : client_(std::move(client)), fetcher_(fetcher), clock_(clock), places_(kPlaces) {}

Result<std::string> PeeringDbProvider::authorization_url(const service::AuthorizationRequest& request) {
  const Place place(places_);
  if (!place.taken()) return login_error(LoginProblem::too_many_logins);
  ZTIX_ASSIGN(const auto provider, metadata());
  return provider.authorization_endpoint + "?" +
         encoded({{"response_type", "code"},
                  {"client_id", client_.client_id},
                  {"redirect_uri", client_.redirect_uri},
                  {"scope", client_.scopes},
                  {"state", request.state},
                  {"nonce", request.nonce},
                  {"code_challenge", request.code_challenge},
                  {"code_challenge_method", "S256"}});
}

Result<ProvenIdentity> PeeringDbProvider::redeem(const service::AuthorizationAnswer& answer) {
  const Place place(places_);
  if (!place.taken()) return login_error(LoginProblem::too_many_logins);
  ZTIX_ASSIGN(const auto provider, metadata());
  // Before the code is sent anywhere: in a mix-up it is somebody else's.
  ZTIX_CHECK(check_issuer(provider, answer.issuer));
  ZTIX_ASSIGN(const auto tokens, exchange(provider, answer));
  ZTIX_ASSIGN(const auto subject, verified_subject(provider, tokens.id_token, answer.nonce));
  ZTIX_ASSIGN(auto identity, profile(tokens.access_token));
  if (identity.subject != subject) return upstream("the profile is of another person than the ID token");
  identity.issuer = provider.issuer;
  if (identity.affiliations.empty()) log::warn("peeringdb.no_networks", {{"subject", subject}});
  return identity;
}

Result<std::string> PeeringDbProvider::fetched(http::Request request, std::string_view what) {
  request.connect_timeout = kTimeout;
  request.timeout = kTimeout;
  request.largest_body = kLargestReply;
  request.headers.push_back({"Accept", "application/json"});
  auto reply = fetcher_.fetch(request);
  if (!reply) return upstream(std::string(what) + ": " + reply.error().message);
  if (reply->status == kOk) return std::move(reply->body);
  const auto detail = std::string(what) + " answered " + std::to_string(reply->status);
  if (reply->status != kTooManyRequests) return upstream(detail);
  return login_error(LoginProblem::upstream_rate_limited).with_detail(detail);
}

Result<ProviderMetadata> PeeringDbProvider::metadata() {
  const auto now = clock_.monotonic();
  {
    const std::lock_guard hold(mutex_);
    if (metadata_ && now - metadata_at_ < kMetadataAge) return *metadata_;
  }
  ZTIX_ASSIGN(const auto text,
              fetched(get(client_.auth_url + "/.well-known/openid-configuration"), "the discovery document"));
  auto fresh = parse_provider_metadata(text, client_.auth_url);
  if (!fresh) return upstream("the discovery document is incomplete or names other hosts");
  const std::lock_guard hold(mutex_);
  metadata_ = fresh;
  metadata_at_ = now;
  return std::move(*fresh);
}

Result<PeeringDbProvider::Tokens> PeeringDbProvider::exchange(const ProviderMetadata& metadata,
                                                              const service::AuthorizationAnswer& answer) {
  ZTIX_ASSIGN(const auto text,
              fetched(post(metadata.token_endpoint, {{"grant_type", "authorization_code"},
                                                     {"code", answer.code.expose()},
                                                     {"redirect_uri", client_.redirect_uri},
                                                     {"client_id", client_.client_id},
                                                     {"client_secret", client_.client_secret.expose()},
                                                     {"code_verifier", answer.code_verifier.expose()}}),
                      "the token endpoint"));
  const auto reply = nlohmann::json::parse(text, nullptr, false);
  if (!reply.is_object()) return upstream("the token endpoint answered no JSON object");
  Tokens tokens{SecretString(json_text(reply, "access_token")), SecretString(json_text(reply, "id_token"))};
  if (tokens.access_token.empty()) return upstream("the token endpoint gave no access token");
  if (tokens.id_token.empty()) return login_error(LoginProblem::invalid_id_token).with_detail("there is none");
  return tokens;
}

Result<std::string> PeeringDbProvider::verified_subject(const ProviderMetadata& metadata, const SecretString& id_token,
                                                        const std::string& nonce) {
  const auto jwt = parse_jwt(id_token.expose());
  if (!jwt) return login_error(LoginProblem::invalid_id_token).with_detail("no JWT");
  // One algorithm, and the one that we chose: what the token says about itself is only compared.
  if (jwt->algorithm != "RS256") return login_error(LoginProblem::invalid_id_token).with_detail("alg");
  ZTIX_CHECK(check_signature(metadata, *jwt));
  return subject_of(jwt->payload, {metadata.issuer, client_.client_id, nonce, clock_.now()});
}

Status PeeringDbProvider::check_signature(const ProviderMetadata& metadata, const Jwt& jwt) {
  ZTIX_ASSIGN(const auto keys, keys_with(metadata, jwt.key_id));
  if (!keys->has(jwt.key_id)) return login_error(LoginProblem::invalid_id_token).with_detail("kid");
  if (keys->verify_rs256(jwt.key_id, jwt.signed_text, jwt.signature)) return {};
  return login_error(LoginProblem::invalid_id_token).with_detail("signature");
}

/// The keys we have, or new ones if they lack this one and were not fetched just now.
Result<std::shared_ptr<const KeySet>> PeeringDbProvider::keys_with(const ProviderMetadata& metadata,
                                                                   const std::string& key_id) {
  const auto now = clock_.monotonic();
  {
    const std::lock_guard hold(mutex_);
    const bool fetched_just_now = keys_at_ && now - *keys_at_ < kKeyPause;
    if (keys_ && (keys_->has(key_id) || fetched_just_now)) return keys_;
    keys_at_ = now;
  }
  ZTIX_ASSIGN(const auto text, fetched(get(metadata.jwks_uri), "the key set"));
  auto fresh = KeySet::parse(text);
  if (!fresh) return upstream("the key set has no RS256 key");
  const std::lock_guard hold(mutex_);
  keys_ = std::make_shared<const KeySet>(std::move(*fresh));
  return keys_;
}

Result<ProvenIdentity> PeeringDbProvider::profile(const SecretString& access_token) {
  auto request = get(client_.auth_url + "/profile/v1");
  request.secret_headers.push_back({"Authorization", SecretString("Bearer " + access_token.expose())});
  ZTIX_ASSIGN(const auto text, fetched(std::move(request), "the profile"));
  auto identity = parse_profile(text);
  if (!identity) return upstream("the profile cannot be read");
  return std::move(*identity);
}

}  // namespace ztix::identity
