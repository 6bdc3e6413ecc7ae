#pragma once

/// @file core/digest/ed25519.h
/// Signatures that whoever has no secret can check (RFC 8032), over OpenSSL's EVP interface.

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace ztix::digest {

/// Both halves, made from 32 secret bytes: the same bytes give the same pair.
class Ed25519Key {
 public:
  static constexpr std::size_t kSeedBytes = 32;
  static constexpr std::size_t kSignatureBytes = 64;

  /// @throws std::logic_error for another length.
  explicit Ed25519Key(std::string_view seed);

  /// 64 bytes.
  [[nodiscard]] std::string sign(std::string_view message) const;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;
  /// 32 bytes.
  [[nodiscard]] std::string public_key() const;
  /// As `openssl pkeyutl -pubin` takes it (RFC 7468, RFC 8410).
  [[nodiscard]] std::string public_key_pem() const;

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const noexcept;
  };
  std::unique_ptr<evp_pkey_st, Free> key_;
};

}  // namespace ztix::digest
