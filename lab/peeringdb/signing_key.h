#pragma once

/// @file lab/peeringdb/signing_key.h
/// An RSA key that signs ID tokens, and the digests and random texts around it.

#include <cstddef>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::peeringdb {

class SigningKey {
 public:
  /// A new one of 2048 bits; takes a moment.
  SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  [[nodiscard]] const std::string& kid() const noexcept { return kid_; }
  /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3); raw bytes.
  [[nodiscard]] std::string sign(const std::string& text) const;
  /// The public half (RFC 7517).
  [[nodiscard]] nlohmann::json jwk() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string kid_;
};

[[nodiscard]] std::string sha256(const std::string& text);
[[nodiscard]] std::string hmac_sha256(const std::string& key, const std::string& text);
/// `length` random characters that need no escaping in a URL.
[[nodiscard]] std::string random_text(std::size_t length);

}  // namespace ztix::lab::peeringdb
