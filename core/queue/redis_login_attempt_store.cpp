#include "core/queue/redis_login_attempt_store.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/digest/digest.h"

namespace ztix::queue {
namespace {

using nlohmann::json;
using Found = std::optional<service::LoginAttempt>;

std::string key_of(const std::string& state) { return "ztix:login-attempt:" + digest::sha256_hex(state); }

Found decode(const std::string& text) {
  // What is no attempt of ours is as good as none.
  const auto parsed = json::parse(text, nullptr, false);
  constexpr std::array kTexts{"browser_hash", "nonce", "code_verifier", "next_path"};
  const auto is_text = [&parsed](const char* name) { return parsed.contains(name) && parsed[name].is_string(); };
  if (!parsed.is_object() || !std::all_of(kTexts.begin(), kTexts.end(), is_text)) return std::nullopt;
  if (!parsed.contains("began_at") || !parsed["began_at"].is_number_integer()) return std::nullopt;
  return service::LoginAttempt{parsed["browser_hash"].get<std::string>(), parsed["nonce"].get<std::string>(),
                               SecretString(parsed["code_verifier"].get<std::string>()),
                               parsed["next_path"].get<std::string>(),
                               Timestamp(std::chrono::microseconds(parsed["began_at"].get<std::int64_t>()))};
}

}  // namespace

Status RedisLoginAttemptStore::put(const std::string& state, const service::LoginAttempt& attempt) {
  const json text{{"browser_hash", attempt.browser_hash},
                  {"nonce", attempt.nonce},
                  {"code_verifier", attempt.code_verifier.expose()},
                  {"next_path", attempt.next_path},
                  {"began_at", attempt.began_at.time_since_epoch().count()}};
  const std::chrono::seconds kept = service::kLoginAttemptMemory;
  ZTIX_CHECK(redis_.command({"SET", key_of(state), text.dump(), "EX", std::to_string(kept.count())}));
  return {};
}

Result<Found> RedisLoginAttemptStore::take(const std::string& state) {
  ZTIX_ASSIGN(const auto reply, redis_.command({"GETDEL", key_of(state)}));
  if (reply.kind != RedisReply::Kind::text) return Found();
  return decode(reply.text);
}

}  // namespace ztix::queue
