#pragma once

/// @file app/handlers/login_callback.h
/// What the page `/auth/callback` hands on of what PeeringDB sent the browser back with.

#include <string_view>

#include "core/service/peeringdb_login.h"

namespace ztix::app {

/// @param body  JSON with `state`, `code`, `iss` and `error`, each of which may be missing (RFC 6749 §4.1.2, RFC 9207).
/// @return errors as JsonBody's.
[[nodiscard]] Result<service::LoginCallback> parse_login_callback(std::string_view body);

}  // namespace ztix::app
