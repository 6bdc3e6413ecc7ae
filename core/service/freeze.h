#pragma once

/// @file core/service/freeze.h
/// What may still be applied under a freeze.

#include "core/domain/config_snapshot.h"

namespace ztix::service {

/// True when `after` only takes away from `before`: members gone or suspended, sessions down that were up. Everything
/// else stands still, also what would be harmless: a freeze is a promise.
[[nodiscard]] bool only_takes_away(const domain::ConfigSnapshot& before, const domain::ConfigSnapshot& after);

}  // namespace ztix::service
