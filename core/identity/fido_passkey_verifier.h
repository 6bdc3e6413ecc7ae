#pragma once

/// @file core/identity/fido_passkey_verifier.h
/// Passkeys over libfido2, the server's half: parsing of authenticator data and verification of signatures.

#include <string>

#include "core/service/ports/passkey_verifier.h"

namespace ztix::identity {

class FidoPasskeyVerifier final : public service::PasskeyVerifier {
 public:
  /// @param public_url  ZTIX_PUBLIC_URL; its origin is the only one accepted, its host the relying party.
  explicit FidoPasskeyVerifier(std::string_view public_url);

  [[nodiscard]] std::string_view relying_party() const noexcept override { return relying_party_; }
  Result<service::Passkey> registered(const service::PasskeyRegistration& registration,
                                      std::string_view challenge) override;
  Result<std::uint32_t> verify(const service::PasskeyAssertion& assertion, const service::Passkey& passkey,
                               std::string_view challenge) override;

 private:
  [[nodiscard]] Status check_client_data(const std::string& json, std::string_view type,
                                         std::string_view challenge) const;

  std::string origin_;
  std::string relying_party_;
};

}  // namespace ztix::identity
