#pragma once

/// @file app/middleware/csrf.h
/// A browser sends our cookie along wherever a click comes from; these checks tell whether it came from our pages.

#include <string>
#include <string_view>

#include "app/http/message.h"
#include "core/base/result.h"

namespace ztix::app {

/// Origin and Sec-Fetch-Site, where a client sends them, must name this site. Programs send neither.
/// @param public_url  as configured, never the Host header.
/// @return forbidden (`cross_site`).
[[nodiscard]] Status check_same_origin(const HttpRequest& request, std::string_view public_url);

/// X-CSRF-Token must be the session's (synchroniser token; compared in constant time).
/// @return forbidden (`csrf_token_missing`, `csrf_token_wrong`).
[[nodiscard]] Status check_csrf_token(const HttpRequest& request, std::string_view session_csrf_token);

/// Scheme, host and port of an address: `https://ix.example.net` of `https://ix.example.net/portal`.
[[nodiscard]] std::string_view origin_of(std::string_view url) noexcept;

}  // namespace ztix::app
