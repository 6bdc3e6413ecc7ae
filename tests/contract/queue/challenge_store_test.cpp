#include "core/queue/redis_challenge_store.h"
#include "tests/contract/queue/challenge_store_contract.h"
#include "tests/contract/queue/redis_world.h"
#include "tests/support/fake_challenge_store.h"
#include "tests/support/fake_clock.h"

namespace ztix::test {

struct FakeChallengeWorld {
  service::ChallengeStore& challenges() { return store; }
  void let_pass(std::chrono::milliseconds duration) { time.advance(duration); }
  void lose_link() { store.is_down = true; }
  FakeClock time;
  FakeChallengeStore store{time};
};

struct RedisChallengeWorld : RedisWorld {
  service::ChallengeStore& challenges() { return store; }

  queue::RedisChallengeStore store{redis};
};

ZTIX_CHALLENGE_STORE_CONTRACT(FakeChallengeWorld);
ZTIX_CHALLENGE_STORE_CONTRACT(RedisChallengeWorld);

TEST_CASE("A challenge that somebody else has written into Redis is none") {
  using enum service::ChallengePurpose;
  RedisChallengeWorld world;
  REQUIRE(world.challenges().put(session_named('a'), verification, {"bytes", ""}));
  const auto key = world.keys().front();
  for (const char* text : {"", " ", "no-space", "no+base64url label", " label"}) {
    world.ask({"SET", key, text});
    CHECK_FALSE(*world.challenges().take(session_named('a'), verification));
  }
}

}  // namespace ztix::test
