#pragma once

/// @file tests/integration/app/authorisation_matrix.h
/// Who gets what from which route: a row for every route, a cell for every kind of person, every cell asked of a
/// running application (authorisation_test.cpp).
///
/// A new route? Add its row below, in the order of app/route_table.h; without it this does not compile, and the
/// compiler's message names the route. Write the numbers from the design, never from what comes back.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "app/route_table.h"

namespace ztix::test {

/// What the call is about, put in place of {id}, {name} … For a call that changes something it is made anew for each
/// cell, so that no cell rests on what another one did.
enum class About : std::uint8_t {
  nothing,
  credentials,  ///< the body is the caller's own name and password
  stylesheet,
  pending_request,  ///< requests are of the column `owner`, that is of AS64496
  asked_request,
  addressed_request,  ///< approved, with its address
  failed_request,
  active_request,
  suspended_request,
  tripped_request,  ///< a session is down because its limit was reached
  route_server,
  drained_route_server,
  frozen_exchange,
  dead_job,
  owners_token,
  open_task,
  revision,
};

/// One status for each kind of person.
struct Cells {
  int nobody;
  int owner;      ///< operator of AS64496, who made the request
  int colleague;  ///< another operator of AS64496: a request belongs to its ASN
  int foreign;    ///< operator of AS64500
  int auditor;
  int admin;
  int disabled;  ///< operator of AS64496, logged in before the account was disabled
};

struct Row {
  Cells cells;
  std::string_view call;  ///< method and pattern
  About about = About::nothing;
  std::string_view body = {};
};

inline constexpr std::string_view kReason = R"({"reason":"a test"})";
inline constexpr std::string_view kMessage = R"({"message":"a test"})";
inline constexpr std::string_view kNodeId = R"({"node_id":"{unused node}"})";
inline constexpr std::string_view kWish =
    R"({"asn":64496,"zt_network_id":"8056c2e21c000001","node_id":"{unused node}"})";
inline constexpr std::string_view kDrain = R"({"seconds":5,"last_one":true,"reason":"a test"})";
inline constexpr std::string_view kFreeze = R"({"scope":"route_server","subject":"rs1","reason":"a test"})";
inline constexpr std::string_view kWrongCode = R"({"code":"no code at all"})";
inline constexpr std::string_view kAssertion =
    R"({"credential_id":"AA","client_data_json":"AA","authenticator_data":"AA","signature":"AA"})";
inline constexpr std::string_view kRegistration =
    R"({"client_data_json":"AA","authenticator_data":"AA","algorithm":-7})";
inline constexpr std::string_view kToken = R"({"name":"a test","scope":"read","days":1})";
inline constexpr std::string_view kWrongReset = R"({"username":"{unused node}","token":"x","password":"y"})";
inline constexpr std::string_view kLift = R"({"scope":"route_server","subject":"rs1"})";

using enum About;

// clang-format off
inline constexpr std::array kMatrix{
    //  nobody, owner, colleague, foreign, auditor, admin, disabled
    Row{{200, 200, 200, 200, 200, 200, 200}, "GET /healthz"},
    Row{{200, 200, 200, 200, 200, 200, 200}, "GET /readyz"},
    Row{{200, 200, 200, 200, 200, 200, 200}, "GET /static/{digest}/{name}", stylesheet},

    Row{{401, 200, 200, 200, 200, 200, 403}, "POST /api/v1/auth/local/login", credentials},
    Row{{403, 403, 403, 403, 403, 403, 403}, "POST /api/v1/auth/password-reset", nothing, kWrongReset},
    // Switched off in this application; peeringdb_login_test.cpp has one where it is on.
    Row{{403, 403, 403, 403, 403, 403, 403}, "POST /api/v1/auth/peeringdb/start"},
    Row{{403, 403, 403, 403, 403, 403, 403}, "POST /api/v1/auth/peeringdb/callback"},
    Row{{401, 200, 200, 200, 200, 200, 401}, "POST /api/v1/auth/logout"},
    Row{{401, 403, 403, 403, 403, 403, 401}, "POST /api/v1/auth/factors/verify", nothing, kWrongCode},
    Row{{401, 404, 404, 404, 404, 404, 401}, "POST /api/v1/auth/factors/passkey/challenge"},
    Row{{401, 404, 404, 404, 404, 404, 401}, "POST /api/v1/auth/factors/passkey/verify", nothing, kAssertion},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/auth/factors"},
    Row{{401, 404, 404, 404, 404, 404, 401}, "POST /api/v1/auth/factors/totp/confirm", nothing, kWrongCode},
    Row{{401, 201, 201, 201, 201, 201, 401}, "POST /api/v1/auth/factors/totp"},
    Row{{401, 404, 404, 404, 404, 404, 401}, "POST /api/v1/auth/factors/passkey/confirm", nothing, kRegistration},
    Row{{401, 201, 201, 201, 201, 201, 401}, "POST /api/v1/auth/factors/passkey"},
    Row{{401, 409, 409, 409, 409, 200, 401}, "POST /api/v1/auth/factors/recovery-codes"},
    Row{{401, 404, 404, 404, 404, 404, 401}, "DELETE /api/v1/auth/factors/{id}"},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/auth/sessions"},
    Row{{401, 404, 404, 404, 404, 404, 401}, "DELETE /api/v1/auth/sessions/{id}"},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/me"},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/tokens"},
    Row{{401, 201, 201, 201, 201, 201, 401}, "POST /api/v1/tokens", nothing, kToken},
    Row{{401, 200, 404, 404, 404, 404, 401}, "POST /api/v1/tokens/{id}/revoke", owners_token},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/asns"},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/onboarding/context"},
    Row{{401, 201, 201, 403, 403, 403, 401}, "POST /api/v1/requests", nothing, kWish},
    Row{{401, 200, 200, 200, 200, 200, 401}, "GET /api/v1/requests"},
    Row{{401, 200, 200, 404, 404, 404, 401}, "GET /api/v1/requests/{id}", pending_request},
    Row{{401, 200, 200, 404, 404, 404, 401}, "PUT /api/v1/requests/{id}/node-id", pending_request, kNodeId},
    Row{{401, 200, 200, 404, 404, 404, 401}, "POST /api/v1/requests/{id}/withdraw", pending_request},
    Row{{401, 200, 200, 404, 404, 404, 401}, "POST /api/v1/requests/{id}/answer", asked_request, kMessage},
    Row{{401, 200, 200, 404, 404, 404, 401}, "POST /api/v1/requests/{id}/leave", active_request, kReason},
    Row{{401, 200, 200, 404, 404, 404, 401}, "POST /api/v1/requests/{id}/sessions/clear-limit", tripped_request},
    Row{{401, 200, 200, 404, 404, 404, 401}, "GET /api/v1/requests/{id}/settings", addressed_request},

    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/requests"},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/requests/{id}", pending_request},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/approve", pending_request},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/reject", pending_request, kReason},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/ask", pending_request, kMessage},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/retry", failed_request},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/suspend", active_request, kReason},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/resume", suspended_request},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/revoke", active_request, kReason},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/requests/{id}/sessions/clear-limit", tripped_request},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/route-servers", route_server},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/route-servers/{name}", route_server},
    Row{{401, 403, 403, 403, 403, 202, 401}, "POST /api/v1/admin/route-servers/{name}/apply", route_server},
    Row{{401, 403, 403, 403, 403, 202, 401}, "POST /api/v1/admin/route-servers/{name}/retry", route_server},
    Row{{401, 403, 403, 403, 403, 202, 401}, "POST /api/v1/admin/route-servers/{name}/drain", route_server, kDrain},
    Row{{401, 403, 403, 403, 403, 202, 401}, "POST /api/v1/admin/route-servers/{name}/return", drained_route_server},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/freeze"},
    Row{{401, 403, 403, 403, 403, 201, 401}, "POST /api/v1/admin/freeze", route_server, kFreeze},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/freeze/lift", frozen_exchange, kLift},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/controller"},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/drift"},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/jobs"},
    Row{{401, 403, 403, 403, 403, 202, 401}, "POST /api/v1/admin/jobs/{id}/retry", dead_job},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/tasks"},
    Row{{401, 403, 403, 403, 403, 200, 401}, "POST /api/v1/admin/tasks/{id}/done", open_task},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/audit"},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /api/v1/admin/revisions/{revision}/approvals", revision},

    // Pages send whoever is not logged in to the login; the first two send everybody to a place of their own.
    Row{{303, 303, 303, 303, 303, 303, 303}, "GET /"},
    Row{{200, 303, 303, 303, 303, 303, 200}, "GET /login"},
    Row{{200, 200, 200, 200, 200, 200, 200}, "GET /login/reset"},
    Row{{303, 303, 303, 303, 303, 303, 303}, "GET /login/second-factor"},
    Row{{303, 200, 200, 200, 200, 200, 303}, "GET /account"},
    Row{{200, 200, 200, 200, 200, 200, 200}, "GET /auth/callback"},
    Row{{303, 200, 200, 200, 200, 200, 303}, "GET /dashboard"},
    Row{{303, 200, 200, 404, 404, 404, 303}, "GET /requests/{id}", pending_request},
    Row{{401, 200, 200, 404, 404, 404, 401}, "GET /requests/{id}/progress", pending_request},
    Row{{303, 200, 200, 404, 404, 404, 303}, "GET /requests/{id}/settings", addressed_request},
    Row{{303, 403, 403, 403, 200, 200, 303}, "GET /admin/requests"},
    Row{{303, 403, 403, 403, 200, 200, 303}, "GET /admin/requests/{id}", pending_request},
    Row{{401, 403, 403, 403, 200, 200, 401}, "GET /admin/requests/{id}/progress", pending_request},
    Row{{303, 403, 403, 403, 200, 200, 303}, "GET /admin/route-servers"},
    Row{{303, 403, 403, 403, 200, 200, 303}, "GET /admin/operations"},
    Row{{303, 403, 403, 403, 200, 200, 303}, "GET /admin/audit"},
};
// clang-format on

constexpr bool is_call(std::string_view call, const app::Route& route) {
  const auto space = call.find(' ');
  return call.substr(0, space) == route.method && call.substr(space + 1) == route.pattern;
}

/// A route as a template argument, so that the compiler's message shows it.
struct Named {
  std::array<char, 160> text{};
  constexpr Named() = default;
  constexpr Named(std::string_view method, std::string_view pattern) {
    const auto end = std::copy(method.begin(), method.end(), text.begin());
    *end = ' ';
    std::copy(pattern.begin(), pattern.end(), end + 1);
  }
  bool operator==(const Named&) const = default;
};

/// The first route that no row has; empty when there is none.
consteval Named route_without_row() {
  for (const auto& route : app::table::kRoutes) {
    if (!std::any_of(kMatrix.begin(), kMatrix.end(), [&](const Row& row) { return is_call(row.call, route); }))
      return {route.method, route.pattern};
  }
  return {};
}

/// The first row that no route has, or that comes twice.
consteval Named row_without_route() {
  for (const auto& row : kMatrix) {
    const auto twice = std::count_if(kMatrix.begin(), kMatrix.end(), [&](const Row& r) { return r.call == row.call; });
    const auto& all = app::table::kRoutes;
    const bool known = std::any_of(all.begin(), all.end(), [&](const app::Route& r) { return is_call(row.call, r); });
    if (!known || twice != 1) return {row.call.substr(0, row.call.find(' ')), row.call.substr(row.call.find(' ') + 1)};
  }
  return {};
}

template <Named route>
struct HasRow {
  static_assert(route == Named(), "this route has no row in tests/integration/app/authorisation_matrix.h");
};
template <Named row>
struct HasRoute {
  static_assert(row == Named(), "this row has no route in app/route_table.h, or is there twice");
};
template struct HasRow<route_without_row()>;
template struct HasRoute<row_without_route()>;

}  // namespace ztix::test
