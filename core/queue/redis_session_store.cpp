#include "core/queue/redis_session_store.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/base/text.h"
#include "core/digest/digest.h"
#include "core/domain/states.h"

namespace ztix::queue {
namespace {

using nlohmann::json;

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
              {"second_factor_at", second ? json(second->time_since_epoch().count()) : json()},
              {"login_epoch", session.login_epoch},
              {"id", session.id.text()},
              {"remote_address", session.remote_address},
              {"idle", session.idle.count()}}
      .dump();
}

/// What is no object, or has no such member of that type, gives nullptr: a throw of the JSON library must not leave
/// this adapter.
template <class T>
const T* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : found->get_ptr<const T*>();
}

std::optional<std::int64_t> number(const json& object, const char* name) {
  const auto* const found = member<json::number_integer_t>(object, name);
  return found == nullptr ? std::nullopt : std::optional<std::int64_t>(*found);
}

std::optional<service::LoginProof> decode_proof(const json& session) {
  const auto stored = session.find("proof");
  if (stored == session.end()) return std::nullopt;
  const auto* const source = member<std::string>(*stored, "source");
  const auto* const factors = member<json::array_t>(*stored, "factors");
  if (source == nullptr || factors == nullptr) return std::nullopt;
  const auto known = domain::parse_enum(service::kLoginSources, *source);
  if (!known) return std::nullopt;
  service::LoginProof proof{*known, {}};
  for (const auto& word : *factors) {
    const auto* const text = word.get_ptr<const std::string*>();
    const auto factor = text == nullptr ? std::nullopt : domain::parse_enum(service::kAuthFactors, *text);
    if (!factor) return std::nullopt;
    proof.factors.insert(*factor);
  }
  return proof;
}

Timestamp time_of(std::int64_t micros) { return Timestamp(std::chrono::microseconds(micros)); }

/// What is no session of ours is as good as none.
std::optional<service::Session> decode(const std::string& text) {
  const auto stored = json::parse(text, nullptr, false);
  const auto* const user_id = member<std::string>(stored, "user_id");
  const auto* const csrf_token = member<std::string>(stored, "csrf_token");
  const auto* const id_text = member<std::string>(stored, "id");
  const auto* const remote_address = member<std::string>(stored, "remote_address");
  const auto created_at = number(stored, "created_at");
  const auto login_epoch = number(stored, "login_epoch");
  const auto idle = number(stored, "idle");
  if (user_id == nullptr || csrf_token == nullptr || id_text == nullptr || remote_address == nullptr || !created_at ||
      !login_epoch || !idle) {
    return std::nullopt;
  }
  const auto user = Uuid::parse(*user_id);
  auto proof = decode_proof(stored);
  const auto id = Uuid::parse(*id_text);
  if (!user || !proof || !id) return std::nullopt;
  service::Session session{*user, *csrf_token, time_of(*created_at), std::move(*proof)};
  if (const auto second = number(stored, "second_factor_at")) session.second_factor_at = time_of(*second);
  session.login_epoch = *login_epoch;
  session.id = *id;
  session.remote_address = *remote_address;
  session.idle = std::chrono::seconds(*idle);
  return session;
}

/// What stands behind the random part of a token whose session has an idle time of its own: `.` and the seconds. Known
/// before the session is read, it lets one plain command read and renew it; who changes it has another key, hence no
/// session.
constexpr char kBeforeIdle = '.';

std::optional<std::chrono::seconds> idle_in(const SecretString& token) {
  const auto at = token.expose().rfind(kBeforeIdle);
  if (at == std::string::npos) return std::nullopt;
  const auto seconds = parse_decimal<std::int32_t>(std::string_view(token.expose()).substr(at + 1));
  if (!seconds || *seconds < 1) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace

std::chrono::seconds RedisSessionStore::idle_of(const service::Session& session) const {
  return session.idle.count() > 0 ? std::min(session.idle, lifetime_.idle) : lifetime_.idle;
}

bool RedisSessionStore::is_too_old(const service::Session& session) const {
  return clock_.now() - session.created_at >= lifetime_.absolute;
}

Result<SecretString> RedisSessionStore::create(const service::Session& session) {
  auto text = to_base64url(random_.bytes(32));
  if (session.idle.count() > 0) text += kBeforeIdle + std::to_string(session.idle.count());
  SecretString token(std::move(text));
  const auto key = session_key(token);
  ZTIX_CHECK(redis_.command({"SET", key, encode(session), "EX", std::to_string(idle_of(session).count())}));
  ZTIX_CHECK(redis_.command({"SADD", user_key(session.user_id), key}));
  ZTIX_CHECK(redis_.command({"EXPIRE", user_key(session.user_id), std::to_string(lifetime_.absolute.count())}));
  return token;
}

Result<std::vector<std::optional<service::Session>>> RedisSessionStore::find_all(
    const std::vector<SecretString>& tokens) {
  std::vector<RedisCommand> reads;
  for (const auto& token : tokens) {
    const auto idle = std::min(idle_in(token).value_or(lifetime_.idle), lifetime_.idle);
    reads.push_back({"GETEX", session_key(token), "EX", std::to_string(idle.count())});
  }
  ZTIX_ASSIGN(const auto replies, redis_.commands(reads));
  std::vector<std::optional<service::Session>> found;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& reply = replies[i];
    auto session = reply.kind == RedisReply::Kind::text ? decode(reply.text) : std::nullopt;
    if (session && is_too_old(*session)) {
      ZTIX_CHECK(end(tokens[i]));
      session.reset();
    }
    found.push_back(std::move(session));
  }
  return found;
}

Status RedisSessionStore::end(const SecretString& token) {
  ZTIX_CHECK(redis_.command({"DEL", session_key(token)}));
  return {};
}

Result<std::vector<RedisSessionStore::Kept>> RedisSessionStore::kept_of(const Uuid& user) {
  ZTIX_ASSIGN(const auto keys, redis_.command({"SMEMBERS", user_key(user)}));
  std::vector<Kept> kept;
  for (const auto& key : keys.items) {
    ZTIX_ASSIGN(const auto stored, redis_.command({"GET", key.text}));
    ZTIX_ASSIGN(const auto left, redis_.command({"PTTL", key.text}));
    auto session = stored.kind == RedisReply::Kind::text ? decode(stored.text) : std::nullopt;
    if (!session || left.integer < 0 || is_too_old(*session)) continue;
    const auto used_at = clock_.now() - (idle_of(*session) - std::chrono::milliseconds(left.integer));
    kept.push_back({key.text, {std::move(*session), used_at}});
  }
  return kept;
}

Result<std::vector<service::ListedSession>> RedisSessionStore::sessions_of(const Uuid& user) {
  ZTIX_ASSIGN(auto kept, kept_of(user));
  std::vector<service::ListedSession> all;
  for (auto& one : kept) all.push_back(std::move(one.listed));
  return all;
}

Result<bool> RedisSessionStore::end_one_of(const Uuid& user, const Uuid& id) {
  ZTIX_ASSIGN(const auto kept, kept_of(user));
  for (const auto& one : kept) {
    if (one.listed.session.id != id) continue;
    ZTIX_ASSIGN(const auto gone, redis_.command({"DEL", one.key}));
    return gone.integer == 1;
  }
  return false;
}

Status RedisSessionStore::end_all_of(const Uuid& user) {
  ZTIX_ASSIGN(const auto keys, redis_.command({"SMEMBERS", user_key(user)}));
  std::vector<std::string> remove{"DEL", user_key(user)};
  for (const auto& key : keys.items) remove.push_back(key.text);
  ZTIX_CHECK(redis_.command(remove));
  return {};
}

}  // namespace ztix::queue
