#pragma once

/// @file core/store/host_probe_json.h
/// What a probe found, kept with the route server for people to look at.

#include <string>

#include "core/service/ports/route_server_host.h"

namespace ztix::store {

/// One line of JSON. Text that is not UTF-8 (a host may print anything) is replaced, not refused.
[[nodiscard]] std::string encode(const service::HostProbe& probe);

/// Just the protocols: a JSON array.
[[nodiscard]] std::string encode_protocols(const service::HostProbe& probe);

}  // namespace ztix::store
