#pragma once

/// @file core/identity/provider_metadata.h
/// What a provider says about itself (OpenID Connect Discovery §3, RFC 8414).

#include <optional>
#include <string>
#include <string_view>

namespace ztix::identity {

struct ProviderMetadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  /// It names itself in each answer (RFC 9207 §3), so an answer without a name is not its own.
  bool names_itself = false;
};

/// nullopt unless it is complete and everything in it, the issuer too, is at `base_url`'s scheme, host and port.
/// PeeringDB's issuer may have a path that its discovery document has not, so the paths are not compared.
[[nodiscard]] std::optional<ProviderMetadata> parse_provider_metadata(std::string_view text,
                                                                      const std::string& base_url);

}  // namespace ztix::identity
