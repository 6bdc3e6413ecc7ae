#pragma once

/// @file core/digest/secret_box.h
/// Secrets that must be read again, encrypted for the database: AES-256-GCM (NIST SP 800-38D).

#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret_string.h"

namespace ztix::digest {

class SecretBox {
 public:
  /// @param master   APP_SECRET_KEY.
  /// @param purpose  HKDF label: boxes of different purposes cannot open each other's secrets.
  SecretBox(const SecretString& master, std::string_view purpose);

  /// @param owner  what the secret belongs to; it opens for the same owner only, so that who can write the database
  ///               cannot give one user the secret of another.
  /// @param nonce  12 bytes that were never used before: random ones.
  /// @return nonce, ciphertext and tag in hexadecimal digits. @throws std::logic_error for another nonce.
  [[nodiscard]] std::string seal(const SecretString& secret, std::string_view owner, std::string_view nonce) const;
  /// nullopt when it was changed, belongs to somebody else, or was sealed with another key.
  [[nodiscard]] std::optional<SecretString> open(std::string_view sealed, std::string_view owner) const;

  static constexpr std::size_t kNonceBytes = 12;

 private:
  SecretString key_;
};

}  // namespace ztix::digest
