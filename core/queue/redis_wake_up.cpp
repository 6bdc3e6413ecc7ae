#include "core/queue/redis_wake_up.h"

#include "core/base/text.h"

namespace ztix::queue {
namespace {

constexpr const char* kStream = "ztix:jobs";
constexpr const char* kGroup = "workers";
constexpr std::chrono::milliseconds kSendTimeout{50};
constexpr std::chrono::seconds kSilenceAfterFailure{1};

/// The job id in `[[stream, [[entry id, [field, value, …]], …]]]`; nullopt when there is none.
std::optional<std::int64_t> first_job_id(const RedisReply& reply) {
  if (reply.items.empty() || reply.items[0].items.size() < 2) return std::nullopt;
  const auto& entries = reply.items[0].items[1].items;
  if (entries.empty() || entries[0].items.size() < 2 || entries[0].items[1].items.size() < 2) return std::nullopt;
  return parse_decimal<std::int64_t>(entries[0].items[1].items[1].text);
}

}  // namespace

RedisWakeUpSender::RedisWakeUpSender(RedisAddress address)
    : state_(std::make_unique<State>(State{RedisConnection(std::move(address), kSendTimeout), {}})) {}

void RedisWakeUpSender::wake(std::int64_t job_id) noexcept {
  try {
    state_.with([&](auto& state) {
      const auto now = std::chrono::steady_clock::now();
      if (now < state->silent_until) return;
      const auto reply =
          state->connection.command({"XADD", kStream, "MAXLEN", "~", "100000", "*", "job", std::to_string(job_id)});
      if (!reply) state->silent_until = now + kSilenceAfterFailure;
    });
  } catch (const std::exception&) {
    // Out of memory at most; a hint is not worth failing a committed request for.
    return;
  }
}

RedisWakeUpReceiver::RedisWakeUpReceiver(RedisAddress address, std::string consumer,
                                         std::chrono::milliseconds longest_wait)
    // hiredis breaks its context when BLOCK outlives the socket time-out (measured), hence the margin.
    : connection_(std::move(address), longest_wait + std::chrono::seconds(2)), consumer_(std::move(consumer)) {}

Result<std::optional<RedisReply>> RedisWakeUpReceiver::read_group(std::chrono::milliseconds timeout,
                                                                  const std::stop_token& stop) {
  return connection_.command_unless(
      stop, {"XREADGROUP", "GROUP", kGroup, consumer_, "COUNT", "1", "BLOCK",
             std::to_string(std::max<std::int64_t>(1, timeout.count())), "NOACK", "STREAMS", kStream, ">"});
}

Result<std::optional<std::int64_t>> RedisWakeUpReceiver::wait(std::chrono::milliseconds timeout,
                                                              const std::stop_token& stop) {
  auto reply = read_group(timeout, stop);
  if (!reply && reply.error().reason == "NOGROUP") {
    // First use, or everything was flushed. Somebody else may create it at the same moment: BUSYGROUP is fine.
    auto created = connection_.command({"XGROUP", "CREATE", kStream, kGroup, "$", "MKSTREAM"});
    if (!created && created.error().reason != "BUSYGROUP") return std::move(created).error();
    reply = read_group(timeout, stop);
  }
  if (!reply) return std::move(reply).error();
  if (!*reply) return std::optional<std::int64_t>();
  return first_job_id(**reply);
}

}  // namespace ztix::queue
