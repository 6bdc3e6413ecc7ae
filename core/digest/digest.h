#pragma once

/// @file core/digest/digest.h
/// Hashes and what is derived from them, over OpenSSL's EVP interface.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

struct evp_mac_ctx_st;  // OpenSSL's EVP_MAC_CTX
struct evp_md_ctx_st;   // OpenSSL's EVP_MD_CTX

namespace ztix::digest {

/// 32 bytes: the length of everything made with SHA-256.
using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 of all bytes (FIPS 180-4).
[[nodiscard]] Sha256 sha256(std::string_view bytes);

/// The same as 64 lower-case hex digits: the form in which digests are stored, compared and put into file names.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// SHA-256 of bytes that come one part after the other.
class Sha256Stream {
 public:
  Sha256Stream();
  void add(std::string_view bytes);
  /// Of all that was added; nothing can be added any more.
  [[nodiscard]] Sha256 finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// HMAC-SHA-256 (RFC 2104). Compare results with constant_time_equal() of core/base/secret_string.h.
[[nodiscard]] Sha256 hmac_sha256(std::string_view key, std::string_view message);

/// HMAC-SHA-1 (RFC 2104), for RFC 6238 alone: what authenticator apps know.
[[nodiscard]] std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view message);

/// The same for many messages under one key, whose part of the work is done once. Used by one thread at a time.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  /// Of the parts, one behind the other.
  [[nodiscard]] Sha256 of(std::initializer_list<std::string_view> parts) const;

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const noexcept;
  };
  std::unique_ptr<evp_mac_ctx_st, Free> keyed_;
};

/// HKDF-SHA-256 (RFC 5869), extract and expand: one secret becomes one key per purpose.
///
/// @param secret  input key material; its length is the caller's business, 32 random bytes are right.
/// @param salt    may be empty, which RFC 5869 reads as 32 zero bytes.
/// @param label   RFC 5869's `info`: what the key is for. Different labels give independent keys.
/// @param length  bytes wanted, 1–8160 (255 × 32).
/// @throws std::logic_error for another length or an empty secret.
[[nodiscard]] std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view label,
                                      std::size_t length);

/// Keeps OpenSSL from reading the machine's openssl.cnf, which may name modules to load: what is linked statically
/// cannot load any, and runs on machines whose file it does not know. To be called before anything else of this folder.
void ignore_openssl_configuration();

/// Bytes as text, e.g. for comparison or hex.
[[nodiscard]] inline std::string_view as_text(const Sha256& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace ztix::digest
