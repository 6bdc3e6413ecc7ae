#include "lab/peeringdb/id_token.h"

#include <chrono>

#include "core/base/base64url.h"

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;

constexpr std::int64_t kLifetime = 36'000;

std::int64_t now_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

json claims_of(const IdTokenFacts& facts) {
  const auto now = now_seconds();
  json claims{{"iss", facts.issuer},
              {"sub", std::to_string(facts.user)},
              {"aud", facts.client_id},
              {"iat", now},
              {"auth_time", now},
              {"exp", now + kLifetime},
              {"jti", random_text(22)},
              // The left half of the hash (OpenID Connect Core §3.1.3.6).
              {"at_hash", to_base64url(sha256(facts.access_token).substr(0, 16))}};
  if (!facts.nonce.empty()) claims["nonce"] = facts.nonce;
  return claims;
}

void spoil_claims(json& claims, const std::string& fault) {
  if (fault == "wrong_nonce") claims["nonce"] = "another-nonce";
  if (fault == "missing_nonce") claims.erase("nonce");
  if (fault == "expired") claims["exp"] = now_seconds() - kLifetime;
  if (fault == "wrong_aud") claims["aud"] = "another-client";
  if (fault == "wrong_iss") claims["iss"] = "https://another.example/oauth2";
  if (fault == "missing_sub") claims.erase("sub");
}

json header_of(const SigningKey& key, const std::string& fault) {
  json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key.kid()}};
  if (fault == "alg_none") header["alg"] = "none";
  if (fault == "alg_hs256") header["alg"] = "HS256";
  if (fault == "unknown_kid") header["kid"] = "a-key-that-is-not-published";
  return header;
}

std::string signature_of(const SigningKey& key, const std::string& text, const std::string& fault) {
  if (fault == "alg_none") return {};
  if (fault == "alg_hs256") return hmac_sha256(key.jwk().dump(), text);
  auto signature = key.sign(text);
  if (fault == "bad_signature") signature.back() = static_cast<char>(signature.back() ^ 1);
  return signature;
}

}  // namespace

std::string make_id_token(const SigningKey& key, const IdTokenFacts& facts, const std::string& fault) {
  auto claims = claims_of(facts);
  spoil_claims(claims, fault);
  const auto text = to_base64url(header_of(key, fault).dump()) + "." + to_base64url(claims.dump());
  return text + "." + to_base64url(signature_of(key, text, fault));
}

}  // namespace ztix::lab::peeringdb
