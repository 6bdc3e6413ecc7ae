#include "tests/support/software_passkey.h"

#include <stdexcept>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include "core/base/base64url.h"
#include "core/digest/digest.h"

namespace ztix::test {
namespace {

constexpr std::size_t kCoordinate = 32;  // bytes, P-256

void require(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL failed in a test's passkey");
}

std::string big_endian(std::uint32_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>((number >> (8U * static_cast<unsigned>(i))) & 0xFFU);
  return text;
}

std::string hash(std::string_view text) { return std::string(digest::as_text(digest::sha256(text))); }

}  // namespace

void SoftwarePasskey::Free::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

SoftwarePasskey::SoftwarePasskey(std::string at)
    : origin(std::move(at)), relying_party(origin.substr(origin.find("://") + 3)), key_(EVP_EC_gen("P-256")) {
  relying_party = relying_party.substr(0, relying_party.find(':'));
  require(key_ != nullptr);
}

std::string SoftwarePasskey::client_data(std::string_view type, std::string_view challenge) const {
  return nlohmann::json{
      {"type", type}, {"challenge", to_base64url(challenge)}, {"origin", origin}, {"crossOrigin", false}}
      .dump();
}

/// A map in CBOR (RFC 8949): key type EC2, algorithm ES256, curve P-256, x, y (RFC 9053).
std::string SoftwarePasskey::cose_key() const {
  std::size_t length = 0;
  std::string point(1 + 2 * kCoordinate, '\0');
  require(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                          reinterpret_cast<unsigned char*>(point.data()), point.size(), &length) == 1);
  const std::string_view head("\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
  const std::string_view second("\x22\x58\x20", 3);
  return std::string(head) + point.substr(1, kCoordinate) + std::string(second) + point.substr(1 + kCoordinate);
}

std::string SoftwarePasskey::authenticator_data(bool with_key) const {
  const char flags = static_cast<char>((user_present ? 0x01 : 0) | (with_key ? 0x40 : 0));
  auto data = hash(relying_party) + flags + big_endian(counter, 4);
  if (!with_key) return data;
  const std::string model(16, '\0');
  return data + model + big_endian(static_cast<std::uint32_t>(credential_id.size()), 2) + credential_id + cose_key();
}

std::string SoftwarePasskey::sign(const std::string& message) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::size_t length = 0;
  const auto* const bytes = reinterpret_cast<const unsigned char*>(message.data());
  require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
  require(EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) == 1);
  std::string signature(length, '\0');
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes,
                         message.size()) == 1);
  signature.resize(length);
  return signature;
}

service::PasskeyRegistration SoftwarePasskey::register_with(std::string_view challenge) {
  return {client_data("webauthn.create", challenge), authenticator_data(true),
          static_cast<std::int32_t>(service::PasskeyAlgorithm::es256)};
}

service::PasskeyAssertion SoftwarePasskey::assert_with(std::string_view challenge) {
  counter += step;
  const auto client = client_data("webauthn.get", challenge);
  const auto data = authenticator_data(false);
  return {credential_id, client, data, sign(data + hash(client))};
}

}  // namespace ztix::test
