#pragma once

/// @file core/service/ports/identity_provider.h
/// Somebody else who knows people and the networks they speak for: PeeringDB.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/domain/asn.h"
#include "core/service/ports/login_proof.h"

namespace ztix::service {

/// A network of the profile. Whoever may not update its entry there may look at its requests here, and no more.
struct Affiliation {
  domain::Asn asn;
  std::string name;
  bool may_update = false;
  friend bool operator==(const Affiliation&, const Affiliation&) = default;
};

/// What a finished login proves. The account is (issuer, subject); everything else may change at any time.
struct ProvenIdentity {
  std::string issuer;
  std::string subject;
  std::string name;
  std::string email;
  bool is_verified_user = false;
  bool is_verified_email = false;
  /// No number twice. Empty also for a list that is missing or broken: nothing can be concluded from it then.
  std::vector<Affiliation> affiliations;
  std::set<AuthFactor> factors;  ///< means that we know of those in `amr`
};

/// What the browser carries to the provider.
struct AuthorizationRequest {
  std::string state;
  std::string nonce;
  std::string code_challenge;  ///< of method S256 (RFC 7636 §4.2)
};

/// What the browser brought back, and what only we knew before.
struct AuthorizationAnswer {
  SecretString code;
  std::optional<std::string> issuer;  ///< parameter `iss` (RFC 9207)
  std::string nonce;
  SecretString code_verifier;
};

class IdentityProvider {
 public:
  virtual ~IdentityProvider() = default;

  /// Where to send the browser. `upstream_auth_failure`, `upstream_rate_limited`.
  virtual Result<std::string> authorization_url(const AuthorizationRequest& request) = 0;
  /// Exchanges the code and reads the profile. No token survives the call.
  /// @return the identity, or with the reason
  ///   - `invalid_issuer`          the answer names another issuer, or none although the provider always does;
  ///   - `invalid_id_token`        signature, algorithm, audience, issuer or time is not right;
  ///   - `invalid_nonce`           it was made for another login;
  ///   - `upstream_rate_limited`   it asks to wait;
  ///   - `upstream_auth_failure`   anything else that it did not answer as it should.
  virtual Result<ProvenIdentity> redeem(const AuthorizationAnswer& answer) = 0;
};

}  // namespace ztix::service
