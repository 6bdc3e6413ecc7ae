#pragma once

/// @file app/router.h
/// What a route is, and how the one that answers is found. The table of all of them: app/route_table.h.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/call.h"
#include "app/http/message.h"
#include "core/base/result.h"

namespace ztix::app {

/// Who may call. Deny is the default: a route without a row does not exist.
enum class Access : std::uint8_t {
  open,     ///< everybody
  half,     ///< whoever has begun to log in: a second factor may be still to come
  user,     ///< whoever is logged in
  owner,    ///< whoever is logged in and linked to the ASN of what is named; what is others' is 404
  auditor,  ///< auditors and administrators
  admin,    ///< administrators
};

/// How it answers, also when it refuses.
enum class Kind : std::uint8_t { api, page, fragment, asset };

/// A request that is repeated with its Idempotency-Key is answered with what the first one made.
enum class Replay : std::uint8_t {
  none,           ///< the key is not looked at: reads, login, logout
  own_request,    ///< the request of the caller that was made or changed
  admin_request,  ///< the same, as administrators see it
  body,           ///< the stored text
};

/// Whether a login alone is enough.
enum class StepUp : std::uint8_t {
  no,
  yes,  ///< wants a second factor shown in this session at most kStepUpAge ago
};

/// Who may speak for a user.
enum class Caller : std::uint8_t {
  any,     ///< a browser's session or an API token
  person,  ///< a session only: what is about logins themselves, and about tokens
};

using Handler = Result<HttpResponse> (*)(Call&);

struct Route {
  std::string_view method;
  /// Segments in braces are parameters: `/api/v1/requests/{id}`.
  std::string_view pattern;
  Access access = Access::admin;
  Kind kind = Kind::api;
  Handler handler = nullptr;
  Replay replay = Replay::none;
  StepUp step_up = StepUp::no;
  Caller caller = Caller::any;
};

/// The table.
[[nodiscard]] std::span<const Route> routes() noexcept;

struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string> parameters;
};

struct NoMatch {
  /// Methods that this path has; empty = there is no such path.
  std::vector<std::string_view> allowed;
};

/// Finds the route for a method and a path as it came. HEAD is answered by GET's route.
/// @return the match, or what to say instead in `otherwise`.
[[nodiscard]] std::optional<Match> find_route(std::string_view method, std::string_view path, NoMatch& otherwise);

/// GET, HEAD, OPTIONS and TRACE change nothing (RFC 9110 §9.2.1); everything else needs the CSRF token.
[[nodiscard]] bool is_safe_method(std::string_view method) noexcept;

}  // namespace ztix::app
