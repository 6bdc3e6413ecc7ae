#include "core/queue/redis_session_store.h"

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/domain/states.h"

namespace ztix::queue {
namespace {

using nlohmann::json;
using nlohmann::literals::operator"" _json_pointer;

std::string session_key(const SecretString& token) { return "ztix:session:" + digest::sha256_hex(token.expose()); }
std::string user_key(const Uuid& user) { return "ztix:user-sessions:" + user.text(); }

json encoded(const service::LoginProof& proof) {
  auto factors = json::array();
  for (const auto factor : proof.factors) factors.push_back(to_string(factor));
  return {{"source", to_string(proof.source)}, {"factors", std::move(factors)}};
}

std::string encode(const service::Session& session) {
  const auto& second = session.second_factor_at;
  return json{{"user_id", session.user_id.text()},
              {"csrf_token", session.csrf_token},
              {"created_at", session.created_at.time_since_epoch().count()},
              {"proof", encoded(session.proof)},
              {"second_factor_at", second ? json(second->time_since_epoch().count()) : json()}}
      .dump();
}

std::optional<service::LoginProof> decode_proof(const json& stored) {
  if (!stored.is_object()) return std::nullopt;
  const auto source = stored.value("/source"_json_pointer, json());
  const auto factors = stored.value("/factors"_json_pointer, json());
  if (!source.is_string() || !factors.is_array()) return std::nullopt;
  const auto known = domain::parse_enum(service::kLoginSources, source.get<std::string>());
  if (!known) return std::nullopt;
  service::LoginProof proof{*known, {}};
  for (const auto& word : factors) {
    const auto factor =
        word.is_string() ? domain::parse_enum(service::kAuthFactors, word.get<std::string>()) : std::nullopt;
    if (!factor) return std::nullopt;
    proof.factors.insert(*factor);
  }
  return proof;
}

Timestamp time_of(const json& micros) { return Timestamp(std::chrono::microseconds(micros.get<std::int64_t>())); }

std::optional<service::Session> decode(const std::string& text) {
  // What is no session of ours is as good as none: a throw of the JSON library must not leave this adapter.
  const auto parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object() || !parsed.value("/user_id"_json_pointer, json()).is_string() ||
      !parsed.value("/csrf_token"_json_pointer, json()).is_string() ||
      !parsed.value("/created_at"_json_pointer, json()).is_number_integer()) {
    return std::nullopt;
  }
  const auto user = Uuid::parse(parsed["user_id"].get<std::string>());
  auto proof = decode_proof(parsed.value("/proof"_json_pointer, json()));
  if (!user || !proof) return std::nullopt;
  service::Session session{*user, parsed["csrf_token"].get<std::string>(), time_of(parsed["created_at"]),
                           std::move(*proof)};
  const auto second = parsed.value("/second_factor_at"_json_pointer, json());
  if (second.is_number_integer()) session.second_factor_at = time_of(second);
  return session;
}

}  // namespace

Result<SecretString> RedisSessionStore::create(const service::Session& session) {
  SecretString token(to_base64url(random_.bytes(32)));
  const auto key = session_key(token);
  ZTIX_CHECK(redis_.command({"SET", key, encode(session), "EX", std::to_string(lifetime_.idle.count())}));
  ZTIX_CHECK(redis_.command({"SADD", user_key(session.user_id), key}));
  ZTIX_CHECK(redis_.command({"EXPIRE", user_key(session.user_id), std::to_string(lifetime_.absolute.count())}));
  return token;
}

Result<std::optional<service::Session>> RedisSessionStore::find(const SecretString& token) {
  ZTIX_ASSIGN(const auto reply,
              redis_.command({"GETEX", session_key(token), "EX", std::to_string(lifetime_.idle.count())}));
  if (reply.kind != RedisReply::Kind::text) return std::optional<service::Session>();
  auto session = decode(reply.text);
  if (session && clock_.now() - session->created_at >= lifetime_.absolute) {
    ZTIX_CHECK(end(token));
    session.reset();
  }
  return session;
}

Status RedisSessionStore::end(const SecretString& token) {
  ZTIX_CHECK(redis_.command({"DEL", session_key(token)}));
  return {};
}

Status RedisSessionStore::end_all_of(const Uuid& user) {
  ZTIX_ASSIGN(const auto keys, redis_.command({"SMEMBERS", user_key(user)}));
  std::vector<std::string> remove{"DEL", user_key(user)};
  for (const auto& key : keys.items) remove.push_back(key.text);
  ZTIX_CHECK(redis_.command(remove));
  return {};
}

}  // namespace ztix::queue
