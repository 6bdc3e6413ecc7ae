#pragma once

/// @file worker/jobs/controller_reconcile.h
/// `controller.reconcile`, subject `network:<zt network id>`: compare the controller with what was approved.

#include "core/service/controller_watch.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler controller_reconcile(service::ControllerWatch& watch);

}  // namespace ztix::worker
