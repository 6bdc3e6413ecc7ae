#include "core/queue/redis_challenge_store.h"

#include "core/base/base64url.h"

namespace ztix::queue {
namespace {

using service::Challenge;
using service::ChallengePurpose;
using Found = std::optional<Challenge>;

std::string key_of(const Uuid& session, ChallengePurpose purpose) {
  return "ztix:challenge:" + std::string(to_string(purpose)) + ":" + session.text();
}

/// What is no challenge of ours is as good as none.
Found decode(const std::string& text) {
  const auto space = text.find(' ');
  if (space == std::string::npos) return std::nullopt;
  auto bytes = from_base64url(text.substr(0, space));
  if (!bytes || bytes->empty()) return std::nullopt;
  return Challenge{std::move(*bytes), text.substr(space + 1)};
}

}  // namespace

Status RedisChallengeStore::put(const Uuid& session, ChallengePurpose purpose, const Challenge& challenge) {
  ZTIX_CHECK(redis_.command({"SET", key_of(session, purpose), to_base64url(challenge.bytes) + " " + challenge.label,
                             "EX", std::to_string(service::kChallengeTime.count())}));
  return {};
}

Result<Found> RedisChallengeStore::take(const Uuid& session, ChallengePurpose purpose) {
  ZTIX_ASSIGN(const auto reply, redis_.command({"GETDEL", key_of(session, purpose)}));
  if (reply.kind != RedisReply::Kind::text) return Found();
  return decode(reply.text);
}

}  // namespace ztix::queue
