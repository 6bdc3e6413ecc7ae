#include "core/service/fabric_writing.h"

#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

constexpr std::chrono::milliseconds kLockPause{20};
constexpr int kLockTries = 100;
constexpr std::chrono::milliseconds kFirstRecheck{1'000};
constexpr std::chrono::milliseconds kLongestRecheck{10'000};

}  // namespace

Result<std::unique_ptr<FabricLock>> lock_fabric(ProvisionStore& store, Clock& clock,
                                                const domain::ZtNetworkId& network) {
  for (int tries = 1;; ++tries) {
    auto lock = store.lock_fabric(network);
    if (lock || lock.error().code != ErrorCode::conflict) return lock;
    if (tries == kLockTries)
      return fail(ErrorCode::unavailable, "Another worker is writing to this network for too long.");
    clock.sleep_for(kLockPause);
  }
}

std::chrono::milliseconds fabric_recheck(int attempt) { return back_off(attempt, kFirstRecheck, kLongestRecheck); }

}  // namespace ztix::service
