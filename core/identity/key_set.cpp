#include "core/identity/key_set.h"

#include <nlohmann/json.hpp>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "core/base/base64url.h"
#include "core/identity/json_text.h"

namespace ztix::identity {
namespace {

using nlohmann::json;

constexpr int kLeastBits = 2048;
constexpr int kMostBits = 8192;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

BigNumber number_in(const json& object, const char* name) {
  const auto bytes = from_base64url(json_text(object, name));
  if (!bytes || bytes->empty()) return nullptr;
  return BigNumber(BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr));
}

PublicKey rsa_key(const BigNumber& modulus, const BigNumber& exponent) {
  const std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return PublicKey(key);
}

/// nullptr for a key of another kind, for another use, or too weak.
PublicKey usable_key(const json& entry) {
  if (!entry.is_object() || json_text(entry, "kty") != "RSA") return nullptr;
  if (entry.contains("use") && json_text(entry, "use") != "sig") return nullptr;
  if (entry.contains("alg") && json_text(entry, "alg") != "RS256") return nullptr;
  const auto modulus = number_in(entry, "n");
  const auto exponent = number_in(entry, "e");
  if (!modulus || !exponent || BN_is_odd(exponent.get()) != 1 || BN_is_one(exponent.get()) == 1) return nullptr;
  const int bits = BN_num_bits(modulus.get());
  if (bits < kLeastBits || bits > kMostBits) return nullptr;
  return rsa_key(modulus, exponent);
}

}  // namespace

struct KeySet::Key {
  PublicKey key;
};

KeySet::KeySet() = default;
KeySet::KeySet(KeySet&&) noexcept = default;
KeySet& KeySet::operator=(KeySet&&) noexcept = default;
KeySet::~KeySet() = default;

std::optional<KeySet> KeySet::parse(std::string_view text) {
  const auto document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("keys") || !document["keys"].is_array()) return std::nullopt;
  KeySet set;
  for (const auto& entry : document["keys"]) {
    auto key = usable_key(entry);
    if (key) set.keys_.emplace(json_text(entry, "kid"), std::make_unique<Key>(Key{std::move(key)}));
  }
  if (set.keys_.empty()) return std::nullopt;
  return set;
}

bool KeySet::verify_rs256(const std::string& key_id, std::string_view text, std::string_view signature) const {
  const auto found = keys_.find(key_id);
  if (found == keys_.end()) return false;
  const std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  // PKCS #1 v1.5 is the default padding of an RSA key.
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, found->second->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

}  // namespace ztix::identity
