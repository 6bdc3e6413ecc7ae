#pragma once

/// @file core/service/drift_log.h
/// Differences in the log, alike for hosts and controllers.

#include <string>
#include <vector>

#include "core/service/ports/drift_store.h"

namespace ztix::service {

/// One line for each difference that is new.
/// @param target  `route_server:<name>` or `network:<id>`.
void log_drift(const std::string& target, const std::vector<Difference>& fresh);

}  // namespace ztix::service
