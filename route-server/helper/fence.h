#pragma once

/// @file route-server/helper/fence.h
/// Is this caller the newest one of the installation that this host belongs to?

#include <string_view>

#include "route-server/helper/call.h"

namespace ztix::helper {

/// Under the lock, before any verb. A higher fence is remembered before the verb begins.
ExitCode admit(Call& call);

}  // namespace ztix::helper
