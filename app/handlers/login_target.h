#pragma once

/// @file app/handlers/login_target.h
/// Where people may be sent after a login.

#include <string>
#include <string_view>

#include "app/call.h"

namespace ztix::app {

/// True for a page of this site that is there for whoever is logged in: a path on the table of routes, so that no link
/// to the login leads anywhere else.
[[nodiscard]] bool is_login_target(std::string_view path);

/// Of two sessions in one browser the first would go on without a cookie: it ends, whoever opens the second.
[[nodiscard]] Status end_session_before(const Call& call);

}  // namespace ztix::app
