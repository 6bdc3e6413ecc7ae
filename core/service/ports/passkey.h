#pragma once

/// @file core/service/ports/passkey.h
/// One passkey of one user (Web Authentication Level 2).

#include <array>
#include <cstdint>
#include <string>

namespace ztix::service {

/// COSE algorithms (RFC 9053, RFC 8812) that are offered to browsers; RS256 is what Windows Hello has.
enum class PasskeyAlgorithm : std::int32_t { es256 = -7, eddsa = -8, rs256 = -257 };

/// Best first.
inline constexpr std::array kPasskeyAlgorithms{PasskeyAlgorithm::es256, PasskeyAlgorithm::eddsa,
                                               PasskeyAlgorithm::rs256};

/// Bytes, not text.
struct Passkey {
  std::string credential_id;
  PasskeyAlgorithm algorithm = PasskeyAlgorithm::es256;
  /// As the verifier wants it back.
  std::string public_key;
  /// How often it has signed, as it says; 0 for those that do not count.
  std::uint32_t sign_count = 0;
};

}  // namespace ztix::service
