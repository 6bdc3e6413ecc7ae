#include "tests/support/fake_login_throttle.h"

#include "tests/contract/queue/login_throttle_contract.h"
#include "tests/support/fake_clock.h"

namespace ztix::test {

struct FakeThrottleWorld {
  service::LoginThrottle& throttle() { return store; }
  void let_pass(std::chrono::milliseconds duration) { time.advance(duration); }
  void lose_link() { store.is_down = true; }
  [[nodiscard]] std::string stored() const {
    std::string all;
    for (const auto& [key, counter] : store.counters) all += key;
    return all;
  }
  FakeClock time;
  FakeLoginThrottle store{time, kThrottle};
};

ZTIX_LOGIN_THROTTLE_CONTRACT(FakeThrottleWorld);

TEST_CASE("An address block is the /24 of IPv4 and the /48 of IPv6, and other text is itself") {
  CHECK(service::address_block("192.0.2.77") == "192.0.2.0/24");
  CHECK(service::address_block("2001:db8:1:2:3:4:5:6") == "2001:db8:1::/48");
  CHECK(service::address_block("") == "");
  CHECK(service::address_block("local socket") == "local socket");
}

}  // namespace ztix::test
