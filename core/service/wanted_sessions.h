#pragma once

/// @file core/service/wanted_sessions.h
/// Every session that a route server's configuration holds, with what is wanted of it.

#include <map>
#include <string>

#include "core/domain/config_snapshot.h"

namespace ztix::service {

struct WantedSession {
  std::int64_t membership_id = 0;
  AddressFamily family = AddressFamily::ipv6;
  domain::AdminState state = domain::AdminState::enabled;
};

/// By protocol name.
[[nodiscard]] std::map<std::string, WantedSession> wanted_sessions(const domain::ConfigSnapshot& snapshot);

}  // namespace ztix::service
