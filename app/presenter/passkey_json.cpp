#include "app/presenter/passkey_json.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"

namespace ztix::app {
namespace {

/// A second factor: the password came before, so a key that only wants to be touched is enough.
constexpr const char* kUserVerification = "discouraged";

Json credentials_json(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const auto& id : ids) list.push_back({{"type", "public-key"}, {"id", to_base64url(id)}});
  return list;
}

std::int64_t timeout_ms() { return std::chrono::milliseconds(service::kChallengeTime).count(); }

}  // namespace

Json creation_options_json(const service::PasskeyOffer& offer) {
  Json algorithms = Json::array();
  for (const auto algorithm : service::kPasskeyAlgorithms) {
    algorithms.push_back({{"type", "public-key"}, {"alg", static_cast<std::int32_t>(algorithm)}});
  }
  return {
      {"rp", {{"id", offer.relying_party}, {"name", offer.exchange_name}}},
      {"user", {{"id", to_base64url(offer.user_id.text())}, {"name", offer.username}, {"displayName", offer.username}}},
      {"challenge", to_base64url(offer.challenge)},
      {"pubKeyCredParams", std::move(algorithms)},
      {"timeout", timeout_ms()},
      {"excludeCredentials", credentials_json(offer.known_credentials)},
      {"authenticatorSelection", {{"residentKey", "discouraged"}, {"userVerification", kUserVerification}}},
      {"attestation", "none"}};
}

Json request_options_json(const service::PasskeyQuestion& question) {
  return {{"challenge", to_base64url(question.challenge)},
          {"timeout", timeout_ms()},
          {"rpId", question.relying_party},
          {"allowCredentials", credentials_json(question.credentials)},
          {"userVerification", kUserVerification}};
}

}  // namespace ztix::app
