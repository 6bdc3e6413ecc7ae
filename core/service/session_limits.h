#pragma once

/// @file core/service/session_limits.h
/// Sessions that BIRD has closed because a limit was reached.

#include <vector>

#include "core/domain/config_snapshot.h"
#include "core/service/ports/apply_store.h"

namespace ztix::service {

/// A limit was reached, by BIRD's own word for it (`Automatic shutdown: Route limit exceeded`) or its counters.
[[nodiscard]] bool is_closed_by_limit(const ProtocolStatus& protocol);

/// Those that hit their limit under a configuration that wants them up. What was down by our own writing is not found
/// again: BIRD keeps the last error of a session that is disabled (measured on 2.0.12), also after it was cleared.
/// @param running  what the host was confirmed to run.
[[nodiscard]] std::vector<TrippedSession> tripped_sessions(const domain::ConfigSnapshot& running,
                                                           const HostProbe& probe);

}  // namespace ztix::service
