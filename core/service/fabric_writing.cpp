#include "core/service/fabric_writing.h"

namespace ztix::service {
namespace {

constexpr std::chrono::milliseconds kLockPause{20};
constexpr int kLockTries = 100;

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

}  // namespace ztix::service
