#include "app/router.h"

#include <algorithm>
#include <array>

#include "app/handlers/handlers.h"
#include "app/http/url.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

using enum Access;
using enum Kind;

constexpr std::array kRoutes{
    Route{"GET", "/healthz", open, api, healthz_get},
    Route{"GET", "/readyz", open, api, readyz_get},
    Route{"GET", "/static/{digest}/{name}", open, asset, asset_get},

    Route{"POST", "/api/v1/auth/local/login", open, api, local_login_post},
    Route{"POST", "/api/v1/auth/logout", user, api, logout_post},
    Route{"GET", "/api/v1/me", user, api, me_get},
    Route{"GET", "/api/v1/asns", user, api, asns_get},
    Route{"GET", "/api/v1/onboarding/context", user, api, onboarding_context_get},
    Route{"POST", "/api/v1/requests", user, api, requests_post, Replay::own_request},
    Route{"GET", "/api/v1/requests", user, api, requests_get},
    Route{"GET", "/api/v1/requests/{id}", owner, api, request_get},
    Route{"PUT", "/api/v1/requests/{id}/node-id", owner, api, request_node_id_put},
    Route{"POST", "/api/v1/requests/{id}/withdraw", owner, api, request_withdraw_post, Replay::own_request},
    Route{"POST", "/api/v1/requests/{id}/answer", owner, api, request_answer_post, Replay::own_request},
    Route{"POST", "/api/v1/requests/{id}/leave", owner, api, request_leave_post, Replay::own_request},
    Route{"POST", "/api/v1/requests/{id}/sessions/clear-limit", owner, api, request_clear_limit_post,
          Replay::own_request},
    Route{"GET", "/api/v1/requests/{id}/settings", owner, api, request_settings_get},

    Route{"GET", "/api/v1/admin/requests", auditor, api, admin_requests_get},
    Route{"GET", "/api/v1/admin/requests/{id}", auditor, api, admin_request_get},
    Route{"POST", "/api/v1/admin/requests/{id}/approve", admin, api, admin_request_approve_post, Replay::admin_request,
          StepUp::yes},
    Route{"POST", "/api/v1/admin/requests/{id}/reject", admin, api, admin_request_reject_post, Replay::admin_request,
          StepUp::yes},
    Route{"POST", "/api/v1/admin/requests/{id}/ask", admin, api, admin_request_ask_post, Replay::admin_request},
    Route{"POST", "/api/v1/admin/requests/{id}/retry", admin, api, admin_request_retry_post, Replay::admin_request},
    Route{"POST", "/api/v1/admin/requests/{id}/suspend", admin, api, admin_request_suspend_post, Replay::admin_request,
          StepUp::yes},
    Route{"POST", "/api/v1/admin/requests/{id}/resume", admin, api, admin_request_resume_post, Replay::admin_request},
    Route{"POST", "/api/v1/admin/requests/{id}/revoke", admin, api, admin_request_revoke_post, Replay::admin_request,
          StepUp::yes},
    Route{"POST", "/api/v1/admin/requests/{id}/sessions/clear-limit", admin, api, admin_request_clear_limit_post,
          Replay::admin_request},
    Route{"GET", "/api/v1/admin/route-servers", auditor, api, admin_route_servers_get},
    Route{"GET", "/api/v1/admin/route-servers/{name}", auditor, api, admin_route_server_get},
    Route{"POST", "/api/v1/admin/route-servers/{name}/apply", admin, api, admin_route_server_apply_post, Replay::body},
    Route{"POST", "/api/v1/admin/route-servers/{name}/retry", admin, api, admin_route_server_retry_post, Replay::body},
    Route{"POST", "/api/v1/admin/route-servers/{name}/drain", admin, api, admin_route_server_drain_post, Replay::body},
    Route{"POST", "/api/v1/admin/route-servers/{name}/return", admin, api, admin_route_server_return_post,
          Replay::body},
    Route{"GET", "/api/v1/admin/freeze", auditor, api, admin_freezes_get},
    Route{"POST", "/api/v1/admin/freeze", admin, api, admin_freeze_post, Replay::body},
    Route{"POST", "/api/v1/admin/freeze/lift", admin, api, admin_freeze_lift_post, Replay::body},
    Route{"GET", "/api/v1/admin/controller", auditor, api, admin_controller_get},
    Route{"GET", "/api/v1/admin/drift", auditor, api, admin_drift_get},
    Route{"GET", "/api/v1/admin/jobs", auditor, api, admin_jobs_get},
    Route{"POST", "/api/v1/admin/jobs/{id}/retry", admin, api, admin_job_retry_post},

    Route{"GET", "/", open, page, home_page},
    Route{"GET", "/login", open, page, login_page},
    Route{"GET", "/dashboard", user, page, dashboard_page},
    Route{"GET", "/requests/{id}", owner, page, request_page},
    Route{"GET", "/requests/{id}/progress", owner, fragment, request_progress_fragment},
    Route{"GET", "/requests/{id}/settings", owner, page, request_settings_page},
    Route{"GET", "/admin/requests", auditor, page, admin_requests_page},
    Route{"GET", "/admin/requests/{id}", auditor, page, admin_request_page},
    Route{"GET", "/admin/requests/{id}/progress", auditor, fragment, admin_request_progress_fragment},
    Route{"GET", "/admin/route-servers", auditor, page, admin_route_servers_page},
    Route{"GET", "/admin/operations", auditor, page, admin_operations_page},
};

bool is_parameter(std::string_view segment) noexcept { return segment.starts_with('{'); }

/// The parameters when `path` fits `pattern`.
std::optional<std::map<std::string, std::string>> fit(std::string_view pattern,
                                                      const std::vector<std::string_view>& path) {
  const auto segments = split(pattern, '/');
  if (segments.size() != path.size()) return std::nullopt;
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_parameter(segments[i])) {
      if (segments[i] != path[i]) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(path[i], false);
    if (!value || value->empty() || value->find('/') != std::string::npos) return std::nullopt;
    parameters.emplace(segments[i].substr(1, segments[i].size() - 2), std::move(*value));
  }
  return parameters;
}

}  // namespace

std::span<const Route> routes() noexcept { return kRoutes; }

std::optional<Match> find_route(std::string_view method, std::string_view path, NoMatch& otherwise) {
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  const auto segments = split(path, '/');
  for (const auto& route : kRoutes) {
    auto parameters = fit(route.pattern, segments);
    if (!parameters) continue;
    if (route.method == wanted) return Match{&route, std::move(*parameters)};
    otherwise.allowed.push_back(route.method);
    if (route.method == "GET") otherwise.allowed.emplace_back("HEAD");
  }
  return std::nullopt;
}

bool is_safe_method(std::string_view method) noexcept {
  static constexpr std::array<std::string_view, 4> kSafe{"GET", "HEAD", "OPTIONS", "TRACE"};
  return std::find(kSafe.begin(), kSafe.end(), method) != kSafe.end();
}

}  // namespace ztix::app
