#pragma once

/// @file worker/jobs/peeringdb_refresh.h
/// `peeringdb.refresh`, subject `peeringdb:networks`: ask PeeringDB about the networks we deal with.

#include "core/service/peeringdb_refresh.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler peeringdb_refresh(service::PeeringDbRefresh& refresh);

}  // namespace ztix::worker
