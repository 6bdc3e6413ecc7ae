#include "tests/contract/queue/session_store_contract.h"
#include "tests/contract/queue/wake_up_contract.h"
#include "tests/support/fake_login.h"
#include "tests/support/fake_wake_up.h"

namespace ztix::test {

struct FakeSessionWorld {
  service::SessionStore& sessions() { return store; }
  FakeClock& clock() { return time; }
  void let_pass(std::chrono::milliseconds duration) { time.advance(duration); }
  void lose_link() { store.is_down = true; }
  [[nodiscard]] std::string stored() const {
    std::string all;
    for (const auto& [key, value] : store.sessions) all += key + value.session.csrf_token;
    return all;
  }
  FakeClock time;
  FakeSessionStore store{time, kLifetime};
};

struct FakeWakeUpWorld {
  service::WakeUpSender& sender() { return hints; }
  service::WakeUpReceiver& receiver() { return hints; }
  service::WakeUpReceiver& other_receiver() { return hints; }
  void lose_all() { hints.lose_all(); }
  void stop() { hints.set_down(true); }
  void start() { hints.set_down(false); }
  FakeWakeUp hints;
};

ZTIX_SESSION_STORE_CONTRACT(FakeSessionWorld);
ZTIX_WAKE_UP_CONTRACT(FakeWakeUpWorld);

}  // namespace ztix::test
