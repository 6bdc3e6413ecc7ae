#pragma once

/// @file tests/contract/queue/redis_world.h
/// A Redis of one's own, whose keys grow old when a test says so.

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/queue/redis_connection.h"
#include "tests/support/test_redis.h"

namespace ztix::test {

/// Time passes by shortening what Redis still gives each key, so no test waits.
struct RedisWorld {
  void let_pass(std::chrono::milliseconds duration) {
    for (const auto& key : keys()) {
      const auto left = ask({"PTTL", key}).integer;
      REQUIRE(left > 0);  // nothing is kept for ever
      ask({"PEXPIRE", key, std::to_string(left - duration.count())});
    }
  }
  void lose_link() { server.stop(); }
  queue::RedisReply ask(const std::vector<std::string>& command) { return redis.command(command).value(); }
  std::vector<std::string> keys() {
    std::vector<std::string> names;
    const auto reply = ask({"KEYS", "*"});
    for (const auto& item : reply.items) names.push_back(item.text);
    return names;
  }
  /// All that is kept, as text.
  std::string stored() {
    std::string all;
    for (const auto& key : keys()) {
      all += key;
      if (ask({"TYPE", key}).text == "string") {
        all += ask({"GET", key}).text;
        continue;
      }
      const auto members = ask({"SMEMBERS", key});
      for (const auto& member : members.items) all += member.text;
    }
    return all;
  }

  TestRedis server;
  queue::RedisPool redis{queue::RedisAddress::parse(server.url()).value(), std::chrono::seconds(2)};
};

}  // namespace ztix::test
