#pragma once

/// @file app/handlers/handlers.h
/// One function a route and method; the file is the route, the function the route and its method.

#include "app/call.h"
#include "app/http/message.h"
#include "core/base/result.h"

namespace ztix::app {

// auth.cpp
Result<HttpResponse> local_login_post(Call& call);
Result<HttpResponse> logout_post(Call& call);

// auth_peeringdb.cpp
Result<HttpResponse> peeringdb_start_post(Call& call);
Result<HttpResponse> peeringdb_callback_post(Call& call);

// me.cpp
Result<HttpResponse> me_get(Call& call);
Result<HttpResponse> asns_get(Call& call);
Result<HttpResponse> onboarding_context_get(Call& call);

// tokens.cpp
Result<HttpResponse> tokens_get(Call& call);
Result<HttpResponse> tokens_post(Call& call);
Result<HttpResponse> token_revoke_post(Call& call);

// requests.cpp
Result<HttpResponse> requests_post(Call& call);
Result<HttpResponse> requests_get(Call& call);
Result<HttpResponse> request_get(Call& call);
Result<HttpResponse> request_node_id_put(Call& call);
Result<HttpResponse> request_withdraw_post(Call& call);
Result<HttpResponse> request_answer_post(Call& call);
Result<HttpResponse> request_leave_post(Call& call);
Result<HttpResponse> request_clear_limit_post(Call& call);
Result<HttpResponse> request_settings_get(Call& call);

// admin_requests.cpp
Result<HttpResponse> admin_requests_get(Call& call);
Result<HttpResponse> admin_request_get(Call& call);
Result<HttpResponse> admin_request_approve_post(Call& call);
Result<HttpResponse> admin_request_reject_post(Call& call);
Result<HttpResponse> admin_request_ask_post(Call& call);
Result<HttpResponse> admin_request_retry_post(Call& call);
Result<HttpResponse> admin_request_suspend_post(Call& call);
Result<HttpResponse> admin_request_resume_post(Call& call);
Result<HttpResponse> admin_request_revoke_post(Call& call);
Result<HttpResponse> admin_request_clear_limit_post(Call& call);

// admin_route_servers.cpp
Result<HttpResponse> admin_route_servers_get(Call& call);
Result<HttpResponse> admin_route_server_get(Call& call);
Result<HttpResponse> admin_route_server_apply_post(Call& call);
Result<HttpResponse> admin_route_server_retry_post(Call& call);
Result<HttpResponse> admin_jobs_get(Call& call);
Result<HttpResponse> admin_job_retry_post(Call& call);

// admin_operations.cpp
Result<HttpResponse> admin_route_server_drain_post(Call& call);
Result<HttpResponse> admin_route_server_return_post(Call& call);
Result<HttpResponse> admin_freezes_get(Call& call);
Result<HttpResponse> admin_freeze_post(Call& call);
Result<HttpResponse> admin_freeze_lift_post(Call& call);
Result<HttpResponse> admin_controller_get(Call& call);
Result<HttpResponse> admin_drift_get(Call& call);

Result<HttpResponse> password_reset_post(Call& call);
Result<HttpResponse> sessions_get(Call& call);
Result<HttpResponse> session_delete(Call& call);

// factors.cpp
Result<HttpResponse> factors_get(Call& call);
Result<HttpResponse> factor_verify_post(Call& call);
Result<HttpResponse> factor_totp_post(Call& call);
Result<HttpResponse> factor_totp_confirm_post(Call& call);
Result<HttpResponse> recovery_codes_post(Call& call);
Result<HttpResponse> factor_delete(Call& call);

// passkeys.cpp
Result<HttpResponse> passkey_post(Call& call);
Result<HttpResponse> passkey_confirm_post(Call& call);
Result<HttpResponse> passkey_challenge_post(Call& call);
Result<HttpResponse> passkey_verify_post(Call& call);

// admin_audit.cpp
Result<HttpResponse> admin_audit_get(Call& call);
Result<HttpResponse> admin_revision_approvals_get(Call& call);

// admin_tasks.cpp
Result<HttpResponse> admin_tasks_get(Call& call);
Result<HttpResponse> admin_task_done_post(Call& call);

// health.cpp
Result<HttpResponse> healthz_get(Call& call);
Result<HttpResponse> readyz_get(Call& call);

// page_*.cpp
Result<HttpResponse> home_page(Call& call);
Result<HttpResponse> login_page(Call& call);
Result<HttpResponse> reset_page(Call& call);
Result<HttpResponse> second_factor_page(Call& call);
Result<HttpResponse> account_page(Call& call);
Result<HttpResponse> auth_callback_page(Call& call);
Result<HttpResponse> dashboard_page(Call& call);
Result<HttpResponse> request_page(Call& call);
Result<HttpResponse> request_progress_fragment(Call& call);
Result<HttpResponse> request_settings_page(Call& call);
Result<HttpResponse> admin_requests_page(Call& call);
Result<HttpResponse> admin_request_page(Call& call);
Result<HttpResponse> admin_request_progress_fragment(Call& call);
Result<HttpResponse> admin_route_servers_page(Call& call);
Result<HttpResponse> admin_operations_page(Call& call);
Result<HttpResponse> admin_audit_page(Call& call);

// assets.cpp
Result<HttpResponse> asset_get(Call& call);

}  // namespace ztix::app
