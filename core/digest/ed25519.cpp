#include "core/digest/ed25519.h"

#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace ztix::digest {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

/// OpenSSL fails here only without memory or without its default provider: nothing a caller could handle.
void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Context new_context() { return {EVP_MD_CTX_new(), &EVP_MD_CTX_free}; }

}  // namespace

void Ed25519Key::Free::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

Ed25519Key::Ed25519Key(std::string_view seed) {
  if (seed.size() != kSeedBytes) throw std::logic_error("Ed25519Key: a seed has 32 bytes");
  key_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed), seed.size()));
  require(key_ != nullptr, "ed25519 key");
}

std::string Ed25519Key::sign(std::string_view message) const {
  const auto context = new_context();
  require(context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1, "ed25519");
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                         message.size()) == 1 &&
              size == signature.size(),
          "ed25519 signature");
  return signature;
}

bool Ed25519Key::verify(std::string_view message, std::string_view signature) const {
  const auto context = new_context();
  require(context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1, "ed25519");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

std::string Ed25519Key::public_key() const {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) == 1 &&
              size == bytes.size(),
          "ed25519 public key");
  return bytes;
}

std::string Ed25519Key::public_key_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), &BIO_free);
  require(memory != nullptr && PEM_write_bio_PUBKEY(memory.get(), key_.get()) == 1, "PEM");
  char* text = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace ztix::digest
