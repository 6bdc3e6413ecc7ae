#include "core/queue/redis_login_attempt_store.h"
#include "tests/contract/queue/login_attempt_contract.h"
#include "tests/contract/queue/redis_world.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_peeringdb_login.h"

namespace ztix::test {

struct FakeAttemptWorld {
  service::LoginAttemptStore& attempts() { return store; }
  void let_pass(std::chrono::milliseconds duration) { time.advance(duration); }
  void lose_link() { store.is_down = true; }
  [[nodiscard]] std::string stored() const {
    std::string all;
    for (const auto& [key, value] : store.attempts) all += key + value.first.nonce;
    return all;
  }
  FakeClock time;
  FakeLoginAttemptStore store{time};
};

struct RedisAttemptWorld : RedisWorld {
  service::LoginAttemptStore& attempts() { return store; }

  queue::RedisLoginAttemptStore store{redis};
};

ZTIX_LOGIN_ATTEMPT_CONTRACT(FakeAttemptWorld);
ZTIX_LOGIN_ATTEMPT_CONTRACT(RedisAttemptWorld);

TEST_CASE("[identity 2] Of many who use one state at the same time, one gets the login") {
  RedisAttemptWorld world;
  REQUIRE(world.attempts().put("a state", attempt_of("one")));
  std::atomic<int> winners = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([&] {
        const auto taken = world.attempts().take("a state");
        if (taken && *taken) ++winners;
      });
    }
  }
  CHECK(winners == 1);
}

TEST_CASE("An attempt that somebody else has written into Redis is none") {
  RedisAttemptWorld world;
  REQUIRE(world.attempts().put("a state", attempt_of("one")));
  const auto key = world.keys().front();
  for (const char* text : {"", "no JSON", "[]", "{}", R"({"browser_hash": 7})"}) {
    world.ask({"SET", key, text});
    CHECK_FALSE(*world.attempts().take("a state"));
  }
}

}  // namespace ztix::test
