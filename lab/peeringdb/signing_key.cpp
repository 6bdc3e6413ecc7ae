#include "lab/peeringdb/signing_key.h"

#include <Poco/Crypto/RSADigestEngine.h>
#include <Poco/Crypto/RSAKey.h>
#include <Poco/HMACEngine.h>
#include <Poco/SHA2Engine.h>
#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/base/random.h"

namespace ztix::lab::peeringdb {

namespace {

template <class Bytes>
std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// What HMACEngine wants of an engine, with SHA2Engine's default of 256 bits.
class Sha256Engine : public Poco::SHA2Engine {
 public:
  enum { BLOCK_SIZE = 64, DIGEST_SIZE = 32 };
};

}  // namespace

struct SigningKey::Impl {
  Poco::Crypto::RSAKey key{Poco::Crypto::RSAKey::KL_2048, Poco::Crypto::RSAKey::EXP_LARGE};
};

SigningKey::SigningKey() : impl_(std::make_unique<Impl>()) {
  kid_ = to_base64url(sha256(text_of(impl_->key.modulus()))).substr(0, 20);
}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

std::string SigningKey::sign(const std::string& text) const {
  Poco::Crypto::RSADigestEngine engine(impl_->key, "SHA256");
  engine.update(text);
  return text_of(engine.signature());
}

nlohmann::json SigningKey::jwk() const {
  return {{"alg", "RS256"},
          {"use", "sig"},
          {"kid", kid_},
          {"kty", "RSA"},
          {"n", to_base64url(text_of(impl_->key.modulus()))},
          {"e", to_base64url(text_of(impl_->key.encryptionExponent()))}};
}

std::string sha256(const std::string& text) {
  Poco::SHA2Engine engine;
  engine.update(text);
  return text_of(engine.digest());
}

std::string hmac_sha256(const std::string& key, const std::string& text) {
  Poco::HMACEngine<Sha256Engine> engine(key);
  engine.update(text);
  return text_of(engine.digest());
}

std::string random_text(std::size_t length) { return to_base64url(system_random_bytes(length)).substr(0, length); }

}  // namespace ztix::lab::peeringdb
