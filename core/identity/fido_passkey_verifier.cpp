#include "core/identity/fido_passkey_verifier.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/base/secret_string.h"
#include "core/digest/digest.h"

namespace ztix::identity {
namespace {

using nlohmann::json;
using service::Passkey;
using service::PasskeyAlgorithm;

/// More than any browser or key sends; what is longer is refused before anything is parsed.
constexpr std::size_t kLongest = 4096;

struct CredentialFree {
  void operator()(fido_cred_t* credential) const noexcept { fido_cred_free(&credential); }
};
struct AssertionFree {
  void operator()(fido_assert_t* assertion) const noexcept { fido_assert_free(&assertion); }
};
struct Es256Free {
  void operator()(es256_pk_t* key) const noexcept { es256_pk_free(&key); }
};
struct EddsaFree {
  void operator()(eddsa_pk_t* key) const noexcept { eddsa_pk_free(&key); }
};
struct Rs256Free {
  void operator()(rs256_pk_t* key) const noexcept { rs256_pk_free(&key); }
};

Error malformed(std::string detail) {
  return fail(ErrorCode::invalid_argument, "The passkey's answer is malformed.")
      .with_reason("bad_passkey")
      .with_detail(std::move(detail));
}

Error wrong(std::string detail) {
  return fail(ErrorCode::forbidden, "The passkey was not accepted. Try again with one of yours.")
      .with_reason("wrong_passkey")
      .with_detail(std::move(detail));
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string text_of(const unsigned char* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

std::optional<PasskeyAlgorithm> known_algorithm(std::int32_t number) {
  for (const auto algorithm : service::kPasskeyAlgorithms) {
    if (static_cast<std::int32_t>(algorithm) == number) return algorithm;
  }
  return std::nullopt;
}

/// The parts of `scheme://host[:port]/path` that matter here.
std::string origin_part(std::string_view url) {
  const auto host = url.find("://");
  return std::string(host == std::string_view::npos ? url : url.substr(0, url.find('/', host + 3)));
}

std::string host_part(std::string_view origin) {
  const auto host = origin.substr(origin.find("://") + 3);
  return std::string(host.substr(0, host.find(':')));
}

/// Hands the stored key to `use` in the form in which libfido2 verifies with it.
template <class Use>
int with_public_key(const Passkey& passkey, Use use) {
  const auto* const bytes = passkey.public_key.data();
  const auto size = passkey.public_key.size();
  switch (passkey.algorithm) {
    case PasskeyAlgorithm::es256: {
      const std::unique_ptr<es256_pk_t, Es256Free> key(es256_pk_new());
      const int parsed = es256_pk_from_ptr(key.get(), bytes, size);
      return parsed == FIDO_OK ? use(key.get()) : parsed;
    }
    case PasskeyAlgorithm::eddsa: {
      const std::unique_ptr<eddsa_pk_t, EddsaFree> key(eddsa_pk_new());
      const int parsed = eddsa_pk_from_ptr(key.get(), bytes, size);
      return parsed == FIDO_OK ? use(key.get()) : parsed;
    }
    case PasskeyAlgorithm::rs256: {
      const std::unique_ptr<rs256_pk_t, Rs256Free> key(rs256_pk_new());
      const int parsed = rs256_pk_from_ptr(key.get(), bytes, size);
      return parsed == FIDO_OK ? use(key.get()) : parsed;
    }
  }
  return FIDO_ERR_INVALID_ARGUMENT;
}

constexpr std::size_t kRpHash = 32;
constexpr unsigned char kUserPresent = 0x01;
constexpr std::size_t kLongestId = 1023;  // bytes (CTAP 2.1)

/// Without an attestation libfido2 only parses; what it would check with one is checked here.
Result<Passkey> passkey_of(const fido_cred_t& credential, PasskeyAlgorithm algorithm, std::string_view relying_party,
                           std::string_view authenticator_data) {
  if (authenticator_data.substr(0, kRpHash) != digest::as_text(digest::sha256(relying_party))) {
    return wrong("made for another site");
  }
  if ((fido_cred_flags(&credential) & kUserPresent) == 0) return wrong("nobody was there");
  Passkey passkey{text_of(fido_cred_id_ptr(&credential), fido_cred_id_len(&credential)), algorithm,
                  text_of(fido_cred_pubkey_ptr(&credential), fido_cred_pubkey_len(&credential)),
                  fido_cred_sigcount(&credential)};
  if (passkey.credential_id.empty() || passkey.credential_id.size() > kLongestId || passkey.public_key.empty()) {
    return malformed("no credential in it");
  }
  return passkey;
}

/// A counter that stands still or goes back belongs to a copy; a key that does not count says 0 for ever.
bool is_newer(std::uint32_t counter, std::uint32_t before) { return (counter == 0 && before == 0) || counter > before; }

}  // namespace

FidoPasskeyVerifier::FidoPasskeyVerifier(std::string_view public_url)
    : origin_(origin_part(public_url)), relying_party_(host_part(origin_)) {
  fido_init(0);
}

Status FidoPasskeyVerifier::check_client_data(const std::string& text, std::string_view type,
                                              std::string_view challenge) const {
  if (text.size() > kLongest) return malformed("client data too long");
  const auto data = json::parse(text, nullptr, false);
  if (!data.is_object()) return malformed("client data is no JSON object");
  for (const auto* const name : {"type", "challenge", "origin"}) {
    if (!data.contains(name) || !data[name].is_string()) return malformed(std::string("client data without ") + name);
  }
  if (data["type"].get<std::string>() != type) return wrong("another type");
  if (!constant_time_equal(data["challenge"].get<std::string>(), to_base64url(challenge))) {
    return wrong("another challenge");
  }
  if (data["origin"].get<std::string>() != origin_) return wrong("another origin");
  if (data.contains("crossOrigin") && data["crossOrigin"] != false) return wrong("from inside another site");
  return {};
}

Result<Passkey> FidoPasskeyVerifier::registered(const service::PasskeyRegistration& registration,
                                                std::string_view challenge) {
  ZTIX_CHECK(check_client_data(registration.client_data_json, "webauthn.create", challenge));
  const auto algorithm = known_algorithm(registration.algorithm);
  if (!algorithm) return malformed("an algorithm that was not offered");
  if (registration.authenticator_data.size() > kLongest) return malformed("authenticator data too long");
  const std::unique_ptr<fido_cred_t, CredentialFree> credential(fido_cred_new());
  if (fido_cred_set_type(credential.get(), registration.algorithm) != FIDO_OK ||
      fido_cred_set_rp(credential.get(), relying_party_.c_str(), nullptr) != FIDO_OK ||
      fido_cred_set_clientdata(credential.get(), bytes_of(registration.client_data_json),
                               registration.client_data_json.size()) != FIDO_OK ||
      fido_cred_set_authdata_raw(credential.get(), bytes_of(registration.authenticator_data),
                                 registration.authenticator_data.size()) != FIDO_OK ||
      fido_cred_set_fmt(credential.get(), "none") != FIDO_OK) {
    return malformed("authenticator data cannot be parsed");
  }
  return passkey_of(*credential, *algorithm, relying_party_, registration.authenticator_data);
}

Result<std::uint32_t> FidoPasskeyVerifier::verify(const service::PasskeyAssertion& assertion, const Passkey& passkey,
                                                  std::string_view challenge) {
  ZTIX_CHECK(check_client_data(assertion.client_data_json, "webauthn.get", challenge));
  if (assertion.credential_id != passkey.credential_id) return wrong("another credential");
  if (assertion.authenticator_data.size() > kLongest || assertion.signature.size() > kLongest) {
    return malformed("too long");
  }
  const std::unique_ptr<fido_assert_t, AssertionFree> given(fido_assert_new());
  if (fido_assert_set_count(given.get(), 1) != FIDO_OK ||
      fido_assert_set_rp(given.get(), relying_party_.c_str()) != FIDO_OK ||
      fido_assert_set_up(given.get(), FIDO_OPT_TRUE) != FIDO_OK ||
      fido_assert_set_clientdata(given.get(), bytes_of(assertion.client_data_json),
                                 assertion.client_data_json.size()) != FIDO_OK ||
      fido_assert_set_authdata_raw(given.get(), 0, bytes_of(assertion.authenticator_data),
                                   assertion.authenticator_data.size()) != FIDO_OK ||
      fido_assert_set_sig(given.get(), 0, bytes_of(assertion.signature), assertion.signature.size()) != FIDO_OK) {
    return malformed("the assertion cannot be parsed");
  }
  const int verified = with_public_key(passkey, [&](const void* key) {
    return fido_assert_verify(given.get(), 0, static_cast<int>(passkey.algorithm), key);
  });
  if (verified != FIDO_OK) return wrong(fido_strerr(verified));
  const auto counter = fido_assert_sigcount(given.get(), 0);
  if (!is_newer(counter, passkey.sign_count)) return wrong("the counter went back");
  return counter;
}

}  // namespace ztix::identity
