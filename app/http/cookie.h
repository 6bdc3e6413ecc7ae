#pragma once

/// @file app/http/cookie.h
/// The one cookie there is.

#include <chrono>
#include <optional>
#include <string>

#include "app/http/message.h"
#include "core/base/secret_string.h"

namespace ztix::app {

/// `__Host-`: browsers take it only with Secure, Path=/ and without Domain, so no neighbour can plant one.
inline constexpr std::string_view kSessionCookie = "__Host-ztix";

/// The session token a request brings; nullopt when there is none, more than one, or it cannot be one of ours.
[[nodiscard]] std::optional<SecretString> session_token(const HttpRequest& request);

/// Value of Set-Cookie. SameSite=Lax: a link from a mail must find people logged in; what changes anything needs the
/// CSRF token anyway.
[[nodiscard]] std::string set_session_cookie(const SecretString& token);
[[nodiscard]] std::string clear_session_cookie();

}  // namespace ztix::app
