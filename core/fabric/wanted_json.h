#pragma once

/// @file core/fabric/wanted_json.h
/// What is written, as JSON. Both kinds of controller use the same names; Central wants them below `config`.

#include <nlohmann/json_fwd.hpp>

#include "core/fabric/controller_api.h"

namespace ztix::fabric {

/// Every field of the wanted network: arrays and sub-objects are replaced by the controller, never merged.
[[nodiscard]] nlohmann::json network_settings(const service::WantedNetwork& wanted);

/// The whole wanted member in one object. Booleans are booleans: any other type may deauthorize (recorded).
[[nodiscard]] nlohmann::json member_settings(const WantedMember& wanted);

/// Paths below the base URL. Both ids are lower case by their types; a controller would copy upper case.
[[nodiscard]] std::string member_path(const std::string& network_path, const domain::NodeId& node);

}  // namespace ztix::fabric
