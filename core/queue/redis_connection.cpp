#include "core/queue/redis_connection.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include "core/base/readable.h"
#include "core/base/text.h"

namespace ztix::queue {
namespace {

timeval to_timeval(std::chrono::milliseconds duration) {
  return {static_cast<time_t>(duration.count() / 1000), static_cast<suseconds_t>((duration.count() % 1000) * 1000)};
}

Error redis_is_gone(std::string_view why) {
  return fail(ErrorCode::unavailable, "Redis cannot be reached; try again in a moment.").with_detail(why);
}

RedisReply copy(const redisReply& reply) {
  RedisReply result;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      result.kind = RedisReply::Kind::text;
      result.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_INTEGER:
      result.kind = RedisReply::Kind::integer;
      result.integer = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      result.kind = RedisReply::Kind::array;
      for (std::size_t i = 0; i < reply.elements; ++i) result.items.push_back(copy(*reply.element[i]));
      break;
    default:
      break;
  }
  return result;
}

Status parse_authority(std::string_view authority, RedisAddress& address) {
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto credentials = authority.substr(0, at);
    const auto colon = credentials.find(':');
    address.user = credentials.substr(0, colon);
    if (colon != std::string_view::npos) address.password = SecretString(credentials.substr(colon + 1));
    authority.remove_prefix(at + 1);
  }
  const auto colon = authority.rfind(':');
  address.host = authority.substr(0, colon);
  if (colon != std::string_view::npos) {
    const auto port = parse_decimal<int>(authority.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535)
      return fail(ErrorCode::invalid_argument, "REDIS_URL: the port is not a number between 1 and 65535.");
    address.port = *port;
  }
  if (address.host.empty()) return fail(ErrorCode::invalid_argument, "REDIS_URL: the host is missing.");
  return {};
}

}  // namespace

Result<RedisAddress> RedisAddress::parse(std::string_view url) {
  constexpr std::string_view kScheme = "redis://";
  if (!url.starts_with(kScheme))
    return fail(ErrorCode::invalid_argument, "REDIS_URL must look like redis://[:password@]host[:port][/db].");
  url.remove_prefix(kScheme.size());
  RedisAddress address;
  const auto slash = url.find('/');
  ZTIX_CHECK(parse_authority(url.substr(0, slash), address));
  if (slash != std::string_view::npos && slash + 1 < url.size()) {
    const auto database = parse_decimal<int>(url.substr(slash + 1));
    if (!database) return fail(ErrorCode::invalid_argument, "REDIS_URL: the database after the slash is not a number.");
    address.database = *database;
  }
  return address;
}

void RedisConnection::Free::operator()(redisContext* context) const noexcept { redisFree(context); }

RedisConnection::RedisConnection(RedisAddress address, std::chrono::milliseconds timeout)
    : address_(std::move(address)), timeout_(timeout) {}

Status RedisConnection::connect() {
  context_.reset(redisConnectWithTimeout(address_.host.c_str(), address_.port, to_timeval(timeout_)));
  if (!context_) return redis_is_gone("out of memory");
  if (context_->err != 0 || redisSetTimeout(context_.get(), to_timeval(timeout_)) != REDIS_OK) {
    const std::string why = context_->errstr;
    context_.reset();
    return redis_is_gone(why);
  }
  if (!address_.password.empty()) {
    std::vector<std::string> auth{"AUTH"};
    if (!address_.user.empty()) auth.push_back(address_.user);
    auth.push_back(address_.password.expose());
    ZTIX_CHECK(greet(auth));
  }
  if (address_.database != 0) ZTIX_CHECK(greet({"SELECT", std::to_string(address_.database)}));
  return {};
}

Status RedisConnection::greet(const RedisCommand& command) {
  auto reply = exchange({command});
  if (reply) return {};
  context_.reset();
  return std::move(reply).error();
}

Result<RedisReply> RedisConnection::command(const RedisCommand& command) {
  ZTIX_ASSIGN(auto replies, commands({command}));
  return std::move(replies.front());
}

Result<std::vector<RedisReply>> RedisConnection::commands(const std::vector<RedisCommand>& commands) {
  if (!context_) ZTIX_CHECK(connect());
  return exchange(commands);
}

Result<std::vector<RedisReply>> RedisConnection::exchange(const std::vector<RedisCommand>& commands) {
  for (const auto& command : commands) ZTIX_CHECK(append(command));
  std::vector<RedisReply> replies;
  std::optional<Error> refused;
  // Every reply is read, also behind a refusal: one that is left would be taken for the next command's.
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto reply = next_reply();
    if (reply) {
      replies.push_back(std::move(*reply));
      continue;
    }
    if (!context_) return std::move(reply).error();
    if (!refused) refused = std::move(reply).error();
  }
  if (refused) return *std::move(refused);
  return replies;
}

Result<std::optional<RedisReply>> RedisConnection::command_unless(const std::stop_token& stop,
                                                                  const RedisCommand& command) {
  if (!context_) ZTIX_CHECK(connect());
  ZTIX_CHECK(append(command));
  ZTIX_CHECK(flush());
  const auto waited = wait_readable(context_->fd, timeout_, stop);
  if (!waited || *waited == Waited::stopped) {
    context_.reset();
    if (!waited) return waited.error();
    return std::optional<RedisReply>();
  }
  ZTIX_ASSIGN(auto reply, next_reply());
  return std::optional(std::move(reply));
}

Error RedisConnection::broken() {
  const std::string why = context_->errstr;
  context_.reset();
  return redis_is_gone(why);
}

Status RedisConnection::append(const RedisCommand& command) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const auto& argument : command) {
    texts.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  const auto count = static_cast<int>(texts.size());
  if (redisAppendCommandArgv(context_.get(), count, texts.data(), lengths.data()) != REDIS_OK) return broken();
  return {};
}

Status RedisConnection::flush() {
  int done = 0;
  while (done == 0) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return broken();
  }
  return {};
}

Result<RedisReply> RedisConnection::next_reply() {
  void* raw = nullptr;
  if (redisGetReply(context_.get(), &raw) != REDIS_OK || raw == nullptr) return broken();
  const std::unique_ptr<redisReply, void (*)(void*)> reply(static_cast<redisReply*>(raw), freeReplyObject);
  if (reply->type == REDIS_REPLY_ERROR) {
    const std::string text(reply->str, reply->len);
    return fail(ErrorCode::upstream, "Redis refused a command.")
        .with_reason(text.substr(0, text.find(' ')))
        .with_detail(text);
  }
  return copy(*reply);
}

std::unique_ptr<RedisConnection> RedisPool::take() {
  auto connection = idle_.with([](auto& idle) {
    std::unique_ptr<RedisConnection> last;
    if (!idle.empty()) {
      last = std::move(idle.back());
      idle.pop_back();
    }
    return last;
  });
  return connection ? std::move(connection) : std::make_unique<RedisConnection>(address_, timeout_);
}

Result<RedisReply> RedisPool::command(const RedisCommand& command) {
  ZTIX_ASSIGN(auto replies, commands({command}));
  return std::move(replies.front());
}

Result<std::vector<RedisReply>> RedisPool::commands(const std::vector<RedisCommand>& commands) {
  auto connection = take();
  const bool was_connected = connection->connected();
  auto replies = connection->commands(commands);
  if (!replies && replies.error().code == ErrorCode::unavailable && was_connected) {
    replies = connection->commands(commands);
  }
  if (connection->connected()) {
    idle_.with([&](auto& idle) { idle.push_back(std::move(connection)); });
  }
  return replies;
}

}  // namespace ztix::queue
