#include "core/queue/redis_login_throttle.h"

#include <atomic>
#include <thread>
#include <vector>

#include "core/service/system.h"
#include "tests/contract/queue/login_throttle_contract.h"
#include "tests/support/test_redis.h"

namespace ztix::test {

/// Time passes by shortening what Redis still gives each key, so no test waits.
struct RedisThrottleWorld {
  service::LoginThrottle& throttle() { return store; }
  void let_pass(std::chrono::milliseconds duration) {
    for (const auto& key : keys()) {
      const auto left = ask({"PTTL", key}).integer;
      REQUIRE(left > 0);  // nothing is kept for ever
      ask({"PEXPIRE", key, std::to_string(left - duration.count())});
    }
  }
  void lose_link() { server.stop(); }
  std::string stored() {
    std::string all;
    for (const auto& key : keys()) all += key + ask({"GET", key}).text;
    return all;
  }
  queue::RedisReply ask(const std::vector<std::string>& command) { return redis.command(command).value(); }
  std::vector<std::string> keys() {
    std::vector<std::string> names;
    for (const auto& item : ask({"KEYS", "*"}).items) names.push_back(item.text);
    return names;
  }

  TestRedis server;
  service::SystemRandom random;
  queue::RedisPool redis{queue::RedisAddress::parse(server.url()).value(), 2s};
  queue::RedisLoginThrottle store{redis, random, SecretString("a key of a test"), kThrottle};
};

ZTIX_LOGIN_THROTTLE_CONTRACT(RedisThrottleWorld);

TEST_CASE("[identity 12] Sixty-four guesses at the same moment are no way around the limit") {
  RedisThrottleWorld world;
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> guessers;
    for (int i = 0; i < 64; ++i) {
      guessers.emplace_back([&world, &admitted, i] {
        if (admits(world, guess_of("alice", i))) ++admitted;
      });
    }
  }
  CHECK(admitted == kThrottle.account.free);
}

}  // namespace ztix::test
