#include "core/queue/redis_session_store.h"

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/digest/digest.h"

namespace ztix::queue {
namespace {

using nlohmann::json;
using nlohmann::literals::operator"" _json_pointer;

std::string session_key(const SecretString& token) { return "ztix:session:" + digest::sha256_hex(token.expose()); }
std::string user_key(const Uuid& user) { return "ztix:user-sessions:" + user.text(); }

std::string encode(const service::Session& session) {
  return json{{"user_id", session.user_id.text()},
              {"csrf_token", session.csrf_token},
              {"created_at", session.created_at.time_since_epoch().count()}}
      .dump();
}

std::optional<service::Session> decode(const std::string& text) {
  // What is no session of ours is as good as none: a throw of the JSON library must not leave this adapter.
  const auto parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object() || !parsed.value("/user_id"_json_pointer, json()).is_string() ||
      !parsed.value("/csrf_token"_json_pointer, json()).is_string() ||
      !parsed.value("/created_at"_json_pointer, json()).is_number_integer()) {
    return std::nullopt;
  }
  const auto user = Uuid::parse(parsed["user_id"].get<std::string>());
  if (!user) return std::nullopt;
  return service::Session{*user, parsed["csrf_token"].get<std::string>(),
                          Timestamp(std::chrono::microseconds(parsed["created_at"].get<std::int64_t>()))};
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
