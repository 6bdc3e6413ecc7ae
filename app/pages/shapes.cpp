#include "app/pages/shapes.h"

#include "app/pages/peeringdb_view.h"

namespace ztix::app {
namespace {

using render::Shape;

/// What templates/html/layout.mustache puts around every page.
Shape frame() {
  Shape viewer;
  viewer.text("viewer_name").flag("viewer_is_in").flag("viewer_decides").flag("viewer_asks").flag("viewer_has_passkey");
  Shape shape;
  shape.text("title")
      .text("csp_nonce")
      .text("csrf_token")
      .url("icon_url")
      .url("css_url")
      .url("htmx_url")
      .url("script_url");
  shape.object("viewer", std::move(viewer)).list("banners", Shape().text("banner_text"));
  return shape;
}

Shape login() {
  Shape shape = frame();
  shape.text("next_path").flag("local_auth").flag("peeringdb_auth").flag("no_auth").text("problem");
  return shape;
}

Shape second_factor() {
  Shape shape = frame();
  shape.text("next_path");
  return shape;
}

Shape account() {
  Shape factor;
  factor.text("factor_id").text("factor_kind").text("factor_label").text("factor_since").text("factor_used");
  Shape enrolment;
  enrolment.text("qr_size").text("qr_path").text("factor_secret");
  Shape session;
  session.text("session_id").text("session_address").text("session_since").text("session_used").flag("session_is_this");
  Shape token;
  token.text("token_id").text("token_name").text("token_scope").text("token_until").text("token_used");
  Shape shape = frame();
  shape.list("account_sessions", std::move(session)).list("account_tokens", std::move(token));
  shape.flag("may_administer").flag("has_tokens");
  shape.flag("must_enrol").flag("has_factors").flag("has_enrolment").flag("needs_enrolment_code");
  shape.text("recovery_codes_left").list("factors", std::move(factor)).object("enrolment", std::move(enrolment));
  return shape;
}

Shape request_row() {
  Shape row;
  row.url("row_url").text("row_asn").text("row_network").text("row_status").text("row_status_words");
  row.text("row_node").text("row_requester").text("row_created");
  return row;
}

Shape next_page() {
  Shape link;
  link.url("next_url");
  return link;
}

Shape dashboard() {
  Shape asn;
  asn.text("choice_asn");
  Shape unusable;
  unusable.text("unusable_asn").flag("is_read_only");
  Shape network;
  network.text("choice_network").text("choice_network_name");
  Shape shape = frame();
  shape.flag("may_ask")
      .flag("has_asns")
      .flag("has_usable_asns")
      .list("unusable_asns", std::move(unusable))
      .list("choice_asns", std::move(asn))
      .list("choice_networks", std::move(network));
  shape.list("requests", request_row()).object("next_page", next_page());
  return shape;
}

Shape progress() {
  Shape rs;
  rs.text("rs_name").text("rs_state").text("rs_state_words").text("rs_step").text("rs_error").text("rs_wanted");
  rs.text("rs_confirmed");
  Shape shape;
  shape.text("request_status").text("status_words").text("status_meaning").text("waiting_for").text("waiting_remedy");
  shape.text("reason").flag("is_held").flag("is_moving").flag("is_waiting").url("progress_url");
  shape.text("address_v4").text("address_v6").flag("has_route_servers");
  shape.flag("is_suspended").text("suspended_reason").flag("is_leaving").text("owed").text("tripped_limits");
  Shape settings_link;
  settings_link.url("settings_url");
  shape.object("settings_link", std::move(settings_link));
  Shape session;
  session.text("session_rs").text("session_family").text("session_health").text("session_health_words");
  session.text("session_since").text("session_info");
  shape.flag("has_sessions").list("sessions", std::move(session));
  shape.list("route_servers", std::move(rs));
  return shape;
}

/// What both pages about one request show.
Shape about_request() {
  Shape message;
  message.text("message_at").text("message_author").text("message_kind").text("message_text");
  Shape shape = frame();
  shape.include(progress());
  shape.text("request_id")
      .text("request_asn")
      .text("request_network")
      .text("request_network_name")
      .text("request_node");
  shape.text("request_note").text("request_created").text("request_ipv4").list("messages", std::move(message));
  return shape;
}

Shape request() {
  Shape shape = about_request();
  shape.flag("may_withdraw").flag("may_answer").flag("may_set_node").flag("has_actions");
  shape.flag("may_leave").flag("may_clear_limit");
  return shape;
}

Shape admin_request() {
  Shape entry;
  entry.text("trail_at").text("trail_actor").text("trail_action").text("trail_facts");
  Shape shape = about_request();
  shape.text("requester").flag("may_decide").flag("may_retry").flag("has_actions").flag("is_own");
  shape.flag("may_suspend").flag("may_resume").flag("may_revoke").flag("may_clear_limit");
  shape.list("trail", std::move(entry)).include(peeringdb_shape());
  return shape;
}

Shape settings() {
  Shape rs;
  rs.text("rs_name").text("rs_asn").text("rs_v4").text("rs_v6");
  Shape shape = frame();
  shape.url("request_url").url("json_url").text("request_asn").text("request_network").text("request_network_name");
  shape.text("join_command").text("allow_global_command").text("address_v4").text("address_v6").text("mtu");
  shape.text("limit_v4").text("limit_v6").text("bird").text("bird_filters").list("route_servers", std::move(rs));
  return shape;
}

Shape admin_requests() {
  Shape status;
  status.text("choice_status").text("choice_status_words").flag("choice_selected");
  Shape shape = frame();
  shape.list("choice_statuses", std::move(status)).text("filter_asn").text("filter_age").flag("is_filtered");
  shape.list("requests", request_row()).object("next_page", next_page());
  return shape;
}

Shape route_servers() {
  Shape rs;
  rs.text("rs_name").text("rs_state").text("rs_router_id").text("rs_bird").text("rs_wanted").text("rs_confirmed");
  rs.text("rs_confirmed_at")
      .text("rs_step")
      .text("rs_step_at")
      .text("rs_error")
      .flag("rs_diverged")
      .flag("rs_may_apply")
      .flag("rs_may_retry")
      .flag("rs_may_drain")
      .flag("rs_may_return")
      .flag("rs_may_accept")
      .text("rs_restarts")
      .text("rs_forecast")
      .text("rs_measured")
      .text("rs_harm")
      .text("rs_diff")
      .flag("rs_may_be_last");
  Shape shape = frame();
  shape.list("route_servers", std::move(rs));
  return shape;
}

Shape operations() {
  Shape shape = frame();
  shape.flag("may_freeze");
  Shape freeze;
  freeze.text("freeze_scope").text("freeze_subject").text("freeze_reason").text("freeze_until").text("freeze_by");
  Shape drift;
  drift.text("drift_target").text("drift_kind").text("drift_subject").text("drift_diff").text("drift_seen");
  drift.text("drift_end").text("drift_resolution");
  Shape controller;
  controller.text("controller_network").text("controller_looked").flag("controller_ready").text("controller_message");
  controller.text("controller_remedy").text("controller_authorized").text("controller_members");
  Shape job;
  job.text("job_id").text("job_kind").text("job_subject").text("job_step").text("job_error").text("job_crashes");
  job.text("job_attempts").flag("job_may_retry");
  Shape task;
  task.text("task_id").text("task_asn").text("task_username").text("task_others").text("task_created");
  shape.list("tasks", std::move(task)).flag("may_finish_tasks");
  shape.list("freezes", std::move(freeze)).list("drifts", std::move(drift));
  shape.list("controllers", std::move(controller)).list("dead_jobs", std::move(job));
  return shape;
}

Shape audit() {
  Shape entry;
  entry.text("entry_at").text("entry_actor").text("entry_kind").text("entry_address").text("entry_action");
  entry.text("entry_subject").text("entry_facts");
  Shape shape = frame();
  shape.text("filter_actor").text("filter_action").text("filter_subject").text("filter_from").text("filter_to");
  shape.list("entries", std::move(entry)).object("next_page", next_page());
  return shape;
}

Shape error() {
  Shape shape = frame();
  shape.text("error_status").text("error_message").text("error_request_id");
  return shape;
}

}  // namespace

const Shape& shape_of(PageId page) {
  static const std::map<PageId, Shape> kShapes{
      {PageId::login, login()},
      {PageId::reset, frame()},
      {PageId::second_factor, second_factor()},
      {PageId::account, account()},
      {PageId::auth_callback, frame()},
      {PageId::dashboard, dashboard()},
      {PageId::request, request()},
      {PageId::settings, settings()},
      {PageId::admin_requests, admin_requests()},
      {PageId::admin_request, admin_request()},
      {PageId::route_servers, route_servers()},
      {PageId::operations, operations()},
      {PageId::audit, audit()},
      {PageId::error, error()},
      {PageId::progress, progress()},
  };
  return kShapes.at(page);
}

std::string_view template_of(PageId page) noexcept {
  switch (page) {
    case PageId::login:
      return "html/login.mustache";
    case PageId::reset:
      return "html/reset.mustache";
    case PageId::second_factor:
      return "html/second_factor.mustache";
    case PageId::account:
      return "html/account.mustache";
    case PageId::auth_callback:
      return "html/auth_callback.mustache";
    case PageId::dashboard:
      return "html/dashboard.mustache";
    case PageId::request:
      return "html/request.mustache";
    case PageId::settings:
      return "html/settings.mustache";
    case PageId::admin_requests:
      return "html/admin_requests.mustache";
    case PageId::admin_request:
      return "html/admin_request.mustache";
    case PageId::route_servers:
      return "html/route_servers.mustache";
    case PageId::operations:
      return "html/operations.mustache";
    case PageId::audit:
      return "html/audit.mustache";
    case PageId::error:
      return "html/error.mustache";
    case PageId::progress:
      return "html/progress.mustache";
  }
  return {};
}

}  // namespace ztix::app
