#pragma once

/// @file core/store/config_content.h
/// The objects of a manifest as JSON and back. Kept for ever, so reading is strict: what is missing, unknown or of the
/// wrong type is a damaged record, never a default.

#include <string>

#include "core/base/result.h"
#include "core/domain/config_snapshot.h"

namespace ztix::store {

/// One line of JSON with sorted keys: equal values give equal text.
[[nodiscard]] std::string encode(const domain::NetworkConfig& network);
[[nodiscard]] std::string encode(const domain::RouteServerConfig& route_server);
[[nodiscard]] std::string encode(const domain::MembershipConfig& membership);
[[nodiscard]] std::string encode(const domain::SessionAdminConfig& session);
[[nodiscard]] std::string encode(const domain::PolicyDefinition& policy);

/// All: `internal` for text that encode() would not have written; the error names the field.
[[nodiscard]] Result<domain::NetworkConfig> decode_network(const std::string& text);
[[nodiscard]] Result<domain::RouteServerConfig> decode_route_server(const std::string& text);
[[nodiscard]] Result<domain::MembershipConfig> decode_membership(const std::string& text);
[[nodiscard]] Result<domain::SessionAdminConfig> decode_session_admin(const std::string& text);
[[nodiscard]] Result<domain::PolicyDefinition> decode_policy(const std::string& text);

}  // namespace ztix::store
