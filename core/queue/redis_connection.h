#pragma once

/// @file core/queue/redis_connection.h
/// Redis over hiredis 0.14: RESP2, no TLS (loopback, a unix socket or a tunnel only).

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/base/secret_string.h"

struct redisContext;

namespace ztix::queue {

/// Where Redis is. Parsed from `redis://[user][:password]@host[:port][/db]`.
struct RedisAddress {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::string user;
  SecretString password;
  int database = 0;

  /// `invalid_argument` with what is wrong; the password is never part of the message.
  static Result<RedisAddress> parse(std::string_view url);
};

/// One reply, copied out of hiredis.
struct RedisReply {
  enum class Kind : std::uint8_t { nil, text, integer, array };
  Kind kind = Kind::nil;
  std::string text;
  std::int64_t integer = 0;
  std::vector<RedisReply> items;
};

/// A command and its arguments, which go as binary-safe strings.
using RedisCommand = std::vector<std::string>;

/// One connection, used by one thread at a time. A context that has failed stays dead in hiredis, and
/// redisReconnect() forgets the read time-out (measured), so a failed one is dropped and made anew.
class RedisConnection {
 public:
  RedisConnection(RedisAddress address, std::chrono::milliseconds timeout);

  /// `unavailable` when the link is gone, `upstream` for an error reply (`reason` = its first word, e.g. `NOGROUP`).
  Result<RedisReply> command(const RedisCommand& command);
  /// All in one round trip; the replies in their order. An error reply is the answer of all, though the others were
  /// carried out.
  Result<std::vector<RedisReply>> commands(const std::vector<RedisCommand>& commands);
  /// A command that waits at the server. Nothing when `stop` was requested first: then the connection is given up, for
  /// its answer may still come.
  Result<std::optional<RedisReply>> command_unless(const std::stop_token& stop, const RedisCommand& command);
  [[nodiscard]] bool connected() const noexcept { return context_ != nullptr; }

 private:
  Status connect();
  Status greet(const RedisCommand& command);
  Result<std::vector<RedisReply>> exchange(const std::vector<RedisCommand>& commands);
  Status append(const RedisCommand& command);
  Status flush();
  Result<RedisReply> next_reply();
  Error broken();

  struct Free {
    void operator()(redisContext* context) const noexcept;
  };
  RedisAddress address_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<redisContext, Free> context_;
};

/// Connections for many threads: as many as are used at once, kept for the next use.
class RedisPool {
 public:
  RedisPool(RedisAddress address, std::chrono::milliseconds timeout)
      : address_(std::move(address)), timeout_(timeout) {}

  /// One command on an idle connection. A command that fails on a connection that had been idle is repeated once on a
  /// new one: the server may have been restarted meanwhile. Use it only for commands that may run twice.
  Result<RedisReply> command(const RedisCommand& command);
  /// The same for many, as RedisConnection::commands().
  Result<std::vector<RedisReply>> commands(const std::vector<RedisCommand>& commands);

 private:
  std::unique_ptr<RedisConnection> take();
  RedisAddress address_;
  std::chrono::milliseconds timeout_;
  Guarded<std::vector<std::unique_ptr<RedisConnection>>> idle_;
};

}  // namespace ztix::queue
