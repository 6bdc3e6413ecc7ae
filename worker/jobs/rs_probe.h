#pragma once

/// @file worker/jobs/rs_probe.h
/// `rs.probe`, subject `route_server:<name>`: look at one route server, again and again.

#include "core/service/route_server_watch.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler rs_probe(service::RouteServerWatch& watch);

}  // namespace ztix::worker
