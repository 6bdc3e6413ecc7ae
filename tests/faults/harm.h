#pragma once

/// @file tests/faults/harm.h
/// A change that BIRD's check has nothing against, and that does harm.

#include "tests/faults/operations.h"

namespace ztix::faults {

/// The RTR caches of one route server move to a port where nobody listens: its ROAs are gone, and what RPKI calls
/// invalid would pass. Settled when the exchange has taken it back.
[[nodiscard]] Asked move_caches_away(Exchange& exchange);

/// The same; the worker that armed it dies, and a hand confirms it before BIRD undoes it: as if its harm had begun only
/// after the confirm. It runs and is not the boot file.
[[nodiscard]] Asked confirm_harm(Exchange& exchange);

/// An approval whose object BIRD refuses: the member is held, until the clean-up corrects it and tries again.
[[nodiscard]] Asked approve_what_is_refused(Exchange& exchange);

}  // namespace ztix::faults
