#include "core/digest/secret_box.h"

#include <memory>
#include <stdexcept>

#include <openssl/evp.h>

#include "core/base/text.h"
#include "core/digest/digest.h"

namespace ztix::digest {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTagBytes = 16;

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

CipherContext new_context() { return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free}; }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL: AES-256-GCM");
}

}  // namespace

SecretBox::SecretBox(const SecretString& master, std::string_view purpose)
    : key_(hkdf_sha256(master.expose(), {}, purpose, kKeyBytes)) {}

std::string SecretBox::seal(const SecretString& secret, std::string_view owner, std::string_view nonce) const {
  if (nonce.size() != kNonceBytes) throw std::logic_error("SecretBox::seal: the nonce must have 12 bytes");
  const auto& plain = secret.expose();
  std::string sealed(plain.size(), '\0');
  std::string tag(kTagBytes, '\0');
  const auto context = new_context();
  int length = 0;
  require(context &&
          EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_.expose()), bytes_of(nonce)) == 1);
  require(EVP_EncryptUpdate(context.get(), nullptr, &length, bytes_of(owner), static_cast<int>(owner.size())) == 1);
  require(EVP_EncryptUpdate(context.get(), bytes_of(sealed), &length, bytes_of(plain),
                            static_cast<int>(plain.size())) == 1);
  require(EVP_EncryptFinal_ex(context.get(), bytes_of(tag), &length) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1);
  return to_hex(std::string(nonce) + sealed + tag);
}

std::optional<SecretString> SecretBox::open(std::string_view sealed, std::string_view owner) const {
  const auto bytes = from_hex(sealed);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes) return std::nullopt;
  const auto length = bytes->size() - kNonceBytes - kTagBytes;
  const auto text = std::string_view(*bytes);
  std::string tag(text.substr(kNonceBytes + length));
  std::string plain(length, '\0');
  const auto context = new_context();
  int made = 0;
  require(context &&
          EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_.expose()), bytes_of(text)) == 1);
  require(EVP_DecryptUpdate(context.get(), nullptr, &made, bytes_of(owner), static_cast<int>(owner.size())) == 1);
  require(EVP_DecryptUpdate(context.get(), bytes_of(plain), &made, bytes_of(text) + kNonceBytes,
                            static_cast<int>(length)) == 1);
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  const bool genuine = EVP_DecryptFinal_ex(context.get(), bytes_of(tag), &made) == 1;
  SecretString secret(plain);
  plain.assign(plain.size(), '\0');
  if (!genuine) return std::nullopt;
  return secret;
}

}  // namespace ztix::digest
