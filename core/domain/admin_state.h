#pragma once

/// @file core/domain/admin_state.h
/// Who is down, and why. Computed from the facts of a snapshot, never stored as one value: lifting one cause never
/// lifts another (docs/decisions/0006).

#include <string>
#include <vector>

#include "core/domain/config_snapshot.h"

namespace ztix::domain {

/// True when a route server in this state keeps every member's session down. `draining` does not: its sessions carry
/// the announcement that it is about to go.
[[nodiscard]] bool keeps_sessions_down(RouteServerState state) noexcept;

/// What we want of one session on the snapshot's route server. The first cause that holds is named:
/// the member is suspended, the route server is drained, the session has tripped its limit.
/// @param snapshot  with `session_admin_states` sorted by membership and family, as everywhere.
[[nodiscard]] AdminState admin_state(const ConfigSnapshot& snapshot, const MembershipConfig& membership,
                                     AddressFamily family) noexcept;

/// Protocol names of all sessions that exist on the snapshot's route server and shall be down there: what the host is
/// told to keep down through every arm and undo, since BIRD starts them again (measured on 2.0.12).
[[nodiscard]] std::vector<std::string> sessions_to_keep_down(const ConfigSnapshot& snapshot);

}  // namespace ztix::domain
