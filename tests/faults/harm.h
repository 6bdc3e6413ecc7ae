#pragma once

/// @file tests/faults/harm.h
/// A change that BIRD's check has nothing against, and that does harm.

#include "tests/faults/operations.h"

namespace ztix::faults {

/// The RTR caches of one route server move to a port where nobody listens: its ROAs are gone, and what RPKI calls
/// invalid would pass. Settled when the exchange has taken it back.
[[nodiscard]] Asked move_caches_away(Exchange& exchange);

}  // namespace ztix::faults
