#pragma once

/// @file core/store/membership_hold.h
/// One bad membership never blocks the others: it is kept back at its version.

#include "core/base/result.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/apply_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// The membership stays at its last confirmed version, or is left out when it has none (its request fails then), in a
/// new revision; a suspension lies over either. Nothing happens when a newer version is on its way.
/// @return the newest revision; conflict (`confirmed_elsewhere`) when a route server runs this very version.
/// @throws DbFailure
[[nodiscard]] Result<domain::Revision> hold_back(Transaction& transaction, const service::Actor& actor,
                                                 const service::Hold& hold);

}  // namespace ztix::store
