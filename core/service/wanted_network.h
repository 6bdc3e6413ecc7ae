#pragma once

/// @file core/service/wanted_network.h

#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/network_store.h"

namespace ztix::service {

/// What the controller must hold for a network of the exchange: its routes are the LAN prefixes and nothing else.
[[nodiscard]] WantedNetwork wanted_network(const Network& network);

}  // namespace ztix::service
