#include <doctest/doctest.h>

#include "core/queue/redis_session_store.h"
#include "core/queue/redis_wake_up.h"
#include "core/service/system.h"
#include "tests/contract/queue/redis_world.h"
#include "tests/contract/queue/session_store_contract.h"
#include "tests/contract/queue/wake_up_contract.h"
#include "tests/support/test_redis.h"

namespace ztix::test {

struct RedisSessionWorld : RedisWorld {
  service::SessionStore& sessions() { return store; }
  FakeClock& clock() { return time; }
  void let_pass(std::chrono::milliseconds duration) {
    time.advance(duration);
    RedisWorld::let_pass(duration);
  }

  FakeClock time;
  service::SystemRandom random;
  queue::RedisSessionStore store{redis, time, random, kLifetime};
};

struct RedisWakeUpWorld {
  service::WakeUpSender& sender() { return hint_sender; }
  service::WakeUpReceiver& receiver() { return first; }
  service::WakeUpReceiver& other_receiver() { return second; }
  void lose_all() { server.flush_all(); }
  void stop() { server.stop(); }
  void start() { server.start(); }

  TestRedis server;
  queue::RedisAddress address = queue::RedisAddress::parse(server.url()).value();
  queue::RedisWakeUpSender hint_sender{address};
  queue::RedisWakeUpReceiver first{address, "first", 10s};
  queue::RedisWakeUpReceiver second{address, "second", 10s};
};

ZTIX_SESSION_STORE_CONTRACT(RedisSessionWorld);
ZTIX_WAKE_UP_CONTRACT(RedisWakeUpWorld);

TEST_CASE("A session that somebody else has written into Redis is none") {
  RedisSessionWorld world;
  const auto token = world.sessions().create(session_of(world.clock(), 'a')).value();
  const auto key = [&world] {
    for (const auto& name : world.keys()) {
      if (name.starts_with("ztix:session:")) return name;
    }
    return std::string();
  }();
  const std::string head =
      R"({"user_id": "00000000-0000-4000-8000-000000000000", "csrf_token": "x", )"
      R"("login_epoch": 0, "id": "00000000-0000-4000-8000-000000000001", "remote_address": "", "idle": 0, )";
  const std::vector<std::string> texts{
      "",
      "no JSON",
      "[]",
      "{}",
      R"({"user_id": 7})",
      R"({"user_id": "7"})",
      head + R"("created_at": "now", "proof": {"source": "local", "factors": []}})",
      head + R"("created_at": 1})",
      head + R"("created_at": 1, "proof": "local"})",
      head + R"("created_at": 1, "proof": {"source": "elsewhere", "factors": []}})",
      head + R"("created_at": 1, "proof": {"source": "local", "factors": {"pwd": 1}}})",
      head + R"("created_at": 1, "proof": {"source": "local", "factors": [7]}})",
      head + R"("created_at": 1, "proof": {"source": "local", "factors": ["trust"]}})"};
  for (const auto& text : texts) {
    CAPTURE(text);
    world.ask({"SET", key, text});
    CHECK_FALSE(found(world, token));
  }
}

}  // namespace ztix::test
