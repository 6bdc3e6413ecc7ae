#include "core/digest/digest.h"

#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "core/base/text.h"

namespace ztix::digest {
namespace {

/// OpenSSL fails here only without memory or without its default provider: nothing a caller could handle.
void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

/// Fetched once: OpenSSL 3 would search its providers, under a lock, at every call.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  return method;
}

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 digest{};
  require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256_method(), nullptr) == 1, "SHA-256");
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(as_text(sha256(bytes))); }

void Sha256Stream::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr && EVP_DigestInit_ex(context_.get(), sha256_method(), nullptr) == 1, "SHA-256 begin");
}

void Sha256Stream::add(std::string_view bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1, "SHA-256 part");
}

Sha256 Sha256Stream::finish() {
  Sha256 digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1, "SHA-256 end");
  return digest;
}

Sha256 hmac_sha256(std::string_view key, std::string_view message) {
  Sha256 digest{};
  unsigned int size = 0;
  // A null key means "the key of last time" to HMAC(), so an empty key still needs an address.
  const std::string_view real_key = key.empty() ? std::string_view("") : key;
  require(HMAC(EVP_sha256(), real_key.data(), static_cast<int>(real_key.size()), bytes_of(message), message.size(),
               digest.data(), &size) != nullptr &&
              size == digest.size(),
          "HMAC-SHA-256");
  return digest;
}

std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view message) {
  std::array<std::uint8_t, 20> digest{};
  unsigned int size = 0;
  const std::string_view real_key = key.empty() ? std::string_view("") : key;
  require(HMAC(EVP_sha1(), real_key.data(), static_cast<int>(real_key.size()), bytes_of(message), message.size(),
               digest.data(), &size) != nullptr &&
              size == digest.size(),
          "HMAC-SHA-1");
  return digest;
}

void HmacSha256::Free::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }

HmacSha256::HmacSha256(std::string_view key) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
  require(mac != nullptr, "HMAC");
  keyed_.reset(EVP_MAC_CTX_new(mac.get()));
  std::string method = "SHA2-256";
  const std::array params{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, method.data(), method.size()),
                          OSSL_PARAM_construct_end()};
  require(keyed_ != nullptr && EVP_MAC_init(keyed_.get(), bytes_of(key), key.size(), params.data()) == 1, "HMAC key");
}

Sha256 HmacSha256::of(std::initializer_list<std::string_view> parts) const {
  // Without a key: the one of before, and a new message.
  require(EVP_MAC_init(keyed_.get(), nullptr, 0, nullptr) == 1, "HMAC begin");
  for (const auto part : parts) require(EVP_MAC_update(keyed_.get(), bytes_of(part), part.size()) == 1, "HMAC message");
  Sha256 digest{};
  std::size_t size = 0;
  require(EVP_MAC_final(keyed_.get(), digest.data(), &size, digest.size()) == 1 && size == digest.size(), "HMAC end");
  return digest;
}

void ignore_openssl_configuration() {
  require(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1, "start");
}

std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view label, std::size_t length) {
  if (secret.empty() || length == 0 || length > 255 * 32) throw std::logic_error("hkdf_sha256: bad length");
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr),
                                                                            &EVP_PKEY_CTX_free);
  require(context != nullptr && EVP_PKEY_derive_init(context.get()) == 1, "HKDF");
  require(EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1, "HKDF digest");
  require(EVP_PKEY_CTX_set1_hkdf_key(context.get(), bytes_of(secret), static_cast<int>(secret.size())) == 1,
          "HKDF key");
  if (!salt.empty()) {
    require(EVP_PKEY_CTX_set1_hkdf_salt(context.get(), bytes_of(salt), static_cast<int>(salt.size())) == 1,
            "HKDF salt");
  }
  require(EVP_PKEY_CTX_add1_hkdf_info(context.get(), bytes_of(label), static_cast<int>(label.size())) == 1,
          "HKDF info");
  std::string key(length, '\0');
  std::size_t made = length;
  require(EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()), &made) == 1 && made == length,
          "HKDF derive");
  return key;
}

}  // namespace ztix::digest
