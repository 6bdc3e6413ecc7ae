#pragma once

/// @file app/http/cookie.h
/// The cookies there are.

#include <chrono>
#include <optional>
#include <string>

#include "app/http/message.h"
#include "core/base/secret_string.h"
#include "core/service/accounts.h"

namespace ztix::app {

/// `__Host-`: browsers take it only with Secure, Path=/ and without Domain, so no neighbour can plant one.
inline constexpr std::string_view kSessionCookie = "__Host-ztix";

/// Of a browser that has begun a login through PeeringDB and not ended it yet.
inline constexpr std::string_view kLoginAttemptCookie = "__Host-ztix-login";

/// The session token a request brings; nullopt when there is none, more than one, or it cannot be one of ours.
[[nodiscard]] std::optional<SecretString> session_token(const HttpRequest& request);

/// Value of Set-Cookie. SameSite=Lax for most: a link from a mail must find people logged in, and what changes anything
/// needs the CSRF token anyway. Strict for administrators, whose cookie comes along from our own pages only.
[[nodiscard]] std::string set_session_cookie(const service::NewLogin& login);
[[nodiscard]] std::string clear_session_cookie();

/// As session_token(), of kLoginAttemptCookie.
[[nodiscard]] std::optional<SecretString> login_attempt_token(const HttpRequest& request);
/// SameSite=Lax: the answer of the provider comes as a link from another site.
[[nodiscard]] std::string set_login_attempt_cookie(const SecretString& token, std::chrono::seconds lifetime);
[[nodiscard]] std::string clear_login_attempt_cookie();

}  // namespace ztix::app
