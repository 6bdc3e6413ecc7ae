#pragma once

/// @file core/service/ports/passkey_verifier.h
/// Passkeys as a second factor: what a browser hands over (Web Authentication Level 2), checked.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/service/ports/passkey.h"

namespace ztix::service {

/// The answer to `navigator.credentials.create()`: `clientDataJSON`, `getAuthenticatorData()`,
/// `getPublicKeyAlgorithm()`. Attestation is not asked for: which make of key somebody has is theirs to choose.
struct PasskeyRegistration {
  std::string client_data_json;
  std::string authenticator_data;
  std::int32_t algorithm = 0;
};

/// The answer to `navigator.credentials.get()`.
struct PasskeyAssertion {
  std::string credential_id;
  std::string client_data_json;
  std::string authenticator_data;
  std::string signature;
};

/// All calls: `invalid_argument` with reason `bad_passkey` for what is malformed, `forbidden` with reason
/// `wrong_passkey` for what is well formed and does not hold: another challenge, another site, nobody touched it,
/// another key, or a counter that went back (the key was copied).
class PasskeyVerifier {
 public:
  virtual ~PasskeyVerifier() = default;
  /// The domain that passkeys are bound to: the host of ZTIX_PUBLIC_URL.
  [[nodiscard]] virtual std::string_view relying_party() const noexcept = 0;
  /// @param challenge  bytes that were given to this browser for this one registration.
  virtual Result<Passkey> registered(const PasskeyRegistration& registration, std::string_view challenge) = 0;
  /// @return the passkey's counter from now on; store it.
  virtual Result<std::uint32_t> verify(const PasskeyAssertion& assertion, const Passkey& passkey,
                                       std::string_view challenge) = 0;
};

}  // namespace ztix::service
