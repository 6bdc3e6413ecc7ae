#include "core/queue/redis_login_throttle.h"

#include <atomic>
#include <thread>
#include <vector>

#include "core/service/system.h"
#include "tests/contract/queue/login_throttle_contract.h"
#include "tests/contract/queue/redis_world.h"

namespace ztix::test {

struct RedisThrottleWorld : RedisWorld {
  service::LoginThrottle& throttle() { return store; }

  service::SystemRandom random;
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
