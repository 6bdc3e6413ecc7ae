#pragma once

/// @file app/route_table.h
/// Every route there is. A header, so that the compiler holds the authorisation matrix of the tests against it: a new
/// route needs a row in tests/integration/app/authorisation_matrix.h too.

#include <array>

#include "app/handlers/handlers.h"
#include "app/router.h"

namespace ztix::app::table {

using enum Access;
using enum Kind;

/// The more specific pattern first where two could match.
inline constexpr std::array kRoutes{
    Route{"GET", "/healthz", open, api, healthz_get},
    Route{"GET", "/readyz", open, api, readyz_get},
    Route{"GET", "/static/{digest}/{name}", open, asset, asset_get},

    Route{"POST", "/api/v1/auth/local/login", open, api, local_login_post},
    Route{"POST", "/api/v1/auth/password-reset", open, api, password_reset_post},
    Route{"POST", "/api/v1/auth/logout", half, api, logout_post, Replay::none, StepUp::no, Caller::person},
    Route{"POST", "/api/v1/auth/factors/verify", half, api, factor_verify_post, Replay::none, StepUp::no,
          Caller::person},
    Route{"POST", "/api/v1/auth/factors/passkey/challenge", half, api, passkey_challenge_post, Replay::none, StepUp::no,
          Caller::person},
    Route{"POST", "/api/v1/auth/factors/passkey/verify", half, api, passkey_verify_post, Replay::none, StepUp::no,
          Caller::person},
    Route{"GET", "/api/v1/auth/factors", user, api, factors_get, Replay::none, StepUp::no, Caller::person},
    Route{"POST", "/api/v1/auth/factors/totp/confirm", user, api, factor_totp_confirm_post, Replay::none, StepUp::no,
          Caller::person},
    Route{"POST", "/api/v1/auth/factors/totp", user, api, factor_totp_post, Replay::none, StepUp::yes, Caller::person},
    Route{"POST", "/api/v1/auth/factors/passkey/confirm", user, api, passkey_confirm_post, Replay::none, StepUp::no,
          Caller::person},
    Route{"POST", "/api/v1/auth/factors/passkey", user, api, passkey_post, Replay::none, StepUp::yes, Caller::person},
    Route{"POST", "/api/v1/auth/factors/recovery-codes", user, api, recovery_codes_post, Replay::none, StepUp::yes,
          Caller::person},
    Route{"DELETE", "/api/v1/auth/factors/{id}", user, api, factor_delete, Replay::none, StepUp::yes, Caller::person},
    Route{"GET", "/api/v1/auth/sessions", user, api, sessions_get, Replay::none, StepUp::no, Caller::person},
    Route{"DELETE", "/api/v1/auth/sessions/{id}", user, api, session_delete, Replay::none, StepUp::no, Caller::person},
    Route{"POST", "/api/v1/auth/peeringdb/start", open, api, peeringdb_start_post},
    Route{"POST", "/api/v1/auth/peeringdb/callback", open, api, peeringdb_callback_post},
    Route{"GET", "/api/v1/me", user, api, me_get},
    Route{"GET", "/api/v1/tokens", user, api, tokens_get, Replay::none, StepUp::no, Caller::person},
    Route{"POST", "/api/v1/tokens", user, api, tokens_post, Replay::none, StepUp::yes, Caller::person},
    Route{"POST", "/api/v1/tokens/{id}/revoke", user, api, token_revoke_post, Replay::none, StepUp::no, Caller::person},
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
    Route{"GET", "/api/v1/admin/audit", auditor, api, admin_audit_get},
    Route{"GET", "/api/v1/admin/revisions/{revision}/approvals", auditor, api, admin_revision_approvals_get},
    Route{"POST", "/api/v1/admin/jobs/{id}/retry", admin, api, admin_job_retry_post},
    Route{"GET", "/api/v1/admin/tasks", auditor, api, admin_tasks_get},
    Route{"POST", "/api/v1/admin/tasks/{id}/done", admin, api, admin_task_done_post},

    Route{"GET", "/", open, page, home_page},
    Route{"GET", "/login", open, page, login_page},
    Route{"GET", "/login/reset", open, page, reset_page},
    Route{"GET", "/login/second-factor", half, page, second_factor_page},
    Route{"GET", "/account", user, page, account_page},
    Route{"GET", "/auth/callback", open, page, auth_callback_page},
    Route{"GET", "/dashboard", user, page, dashboard_page},
    Route{"GET", "/requests/{id}", owner, page, request_page},
    Route{"GET", "/requests/{id}/progress", owner, fragment, request_progress_fragment},
    Route{"GET", "/requests/{id}/settings", owner, page, request_settings_page},
    Route{"GET", "/admin/requests", auditor, page, admin_requests_page},
    Route{"GET", "/admin/requests/{id}", auditor, page, admin_request_page},
    Route{"GET", "/admin/requests/{id}/progress", auditor, fragment, admin_request_progress_fragment},
    Route{"GET", "/admin/route-servers", auditor, page, admin_route_servers_page},
    Route{"GET", "/admin/operations", auditor, page, admin_operations_page},
    Route{"GET", "/admin/audit", auditor, page, admin_audit_page},
};

}  // namespace ztix::app::table
