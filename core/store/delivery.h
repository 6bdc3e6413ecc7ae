#pragma once

/// @file core/store/delivery.h
/// How far each route server is with a request: one row per (request, route server).

#include "core/base/uuid.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/actor.h"
#include "core/store/database.h"

namespace ztix::store {

/// Every route server of the network that takes applies is to confirm this revision for the request; done already where
/// it was confirmed, else `rs.apply` is enqueued. @throws DbFailure
void deliver(Transaction& transaction, const service::Actor& actor, const Uuid& request, int network_number,
             domain::Revision revision);

}  // namespace ztix::store
