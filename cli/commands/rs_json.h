#pragma once

/// @file cli/commands/rs_json.h
/// A route server as the commands of `ztix rs` show it.

#include <nlohmann/json_fwd.hpp>

#include "core/service/ports/route_server_store.h"

namespace ztix::cli {

[[nodiscard]] nlohmann::json to_json(const service::RouteServer& server);

/// Lines `name: value`.
void print_route_server(const nlohmann::json& server);

}  // namespace ztix::cli
