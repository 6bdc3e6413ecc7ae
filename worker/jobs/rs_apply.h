#pragma once

/// @file worker/jobs/rs_apply.h
/// `rs.apply`, subject `route_server:<name>`: make one route server run the newest revision.

#include "core/service/route_server_apply.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler rs_apply(service::RouteServerApply& apply);

}  // namespace ztix::worker
