#pragma once

/// @file core/identity/peeringdb_provider.h
/// PeeringDB as an OpenID Connect provider.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/secret_string.h"
#include "core/http/http_fetcher.h"
#include "core/identity/jwt.h"
#include "core/identity/key_set.h"
#include "core/identity/place.h"
#include "core/identity/provider_metadata.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/identity_provider.h"

namespace ztix::identity {

struct PeeringDbClient {
  std::string client_id;
  SecretString client_secret;
  /// From the settings only: nothing of a request has a say in where codes are sent.
  std::string redirect_uri;
  std::string scopes;
  std::string auth_url;  ///< without a slash at its end
};

/// Keeps the provider's metadata for an hour and its keys until a token names another one; those are then fetched at
/// most once a minute. At most eight threads wait for PeeringDB at a time: one more is refused at once
/// (`too_many_logins`), so that a PeeringDB that hangs does not stop everything else.
class PeeringDbProvider final : public service::IdentityProvider {
 public:
  /// @param fetcher  may reach the origin of `auth_url` and needs no other.
  PeeringDbProvider(PeeringDbClient client, http::HttpFetcher& fetcher, service::Clock& clock);

  Result<std::string> authorization_url(const service::AuthorizationRequest& request) override;
  Result<service::ProvenIdentity> redeem(const service::AuthorizationAnswer& answer) override;

 private:
  struct Tokens {
    SecretString access_token;
    SecretString id_token;
  };
  using Instant = std::chrono::steady_clock::time_point;

  Result<ProviderMetadata> metadata();
  Result<Tokens> exchange(const ProviderMetadata& metadata, const service::AuthorizationAnswer& answer);
  Result<std::string> verified_subject(const ProviderMetadata& metadata, const SecretString& id_token,
                                       const std::string& nonce);
  Status check_signature(const ProviderMetadata& metadata, const Jwt& jwt);
  Result<std::shared_ptr<const KeySet>> keys_with(const ProviderMetadata& metadata, const std::string& key_id);
  Result<service::ProvenIdentity> profile(const SecretString& access_token);
  /// The body of a reply with status 200.
  Result<std::string> fetched(http::Request request, std::string_view what);

  PeeringDbClient client_;
  http::HttpFetcher& fetcher_;
  service::Clock& clock_;
  Places places_;

  std::mutex mutex_;  ///< for all below; never held while PeeringDB is asked
  std::optional<ProviderMetadata> metadata_;
  Instant metadata_at_{};
  std::shared_ptr<const KeySet> keys_;
  std::optional<Instant> keys_at_;
};

}  // namespace ztix::identity
