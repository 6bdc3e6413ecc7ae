#pragma once

/// @file core/service/fabric_writing.h
/// The right to write to a network at the controller, for whoever writes: workers and administrators alike.

#include <chrono>
#include <memory>

#include "core/service/ports/clock.h"
#include "core/service/ports/provision_store.h"

namespace ztix::service {

/// Takes the network's lock, trying for about two seconds: a write takes some 150 ms, and several may stand in line.
/// @return unavailable while others hold it longer than that.
[[nodiscard]] Result<std::unique_ptr<FabricLock>> lock_fabric(ProvisionStore& store, Clock& clock,
                                                              const domain::ZtNetworkId& network);

/// When to try again what the controller could not take. @param attempt  of the job, from 1.
[[nodiscard]] std::chrono::milliseconds fabric_recheck(int attempt);

}  // namespace ztix::service
