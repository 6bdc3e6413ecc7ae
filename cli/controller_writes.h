#pragma once

/// @file cli/controller_writes.h
/// Writing to the controller from the command line, under the same lock as the workers.

#include <functional>

#include "cli/context.h"
#include "core/service/ports/fabric_provider.h"

namespace ztix::cli {

using ControllerWrite = std::function<Status(service::FabricProvider&, const service::MayWrite&)>;

/// Concurrent writers lose updates and corrupt files on a controller, so the write happens with the network's lock
/// held, and stops when the lock is lost with its database connection.
/// @return invalid_argument without a controller, unavailable while others hold the lock, or what `write` returns.
Status with_network_lock(Context& context, const domain::ZtNetworkId& network, const ControllerWrite& write);

/// The readiness gate as an error: the first failed check with its remedy. unavailable.
Status require_ready(service::FabricProvider& fabric, const service::WantedNetwork& wanted);

}  // namespace ztix::cli
