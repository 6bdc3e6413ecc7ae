#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/pages/peeringdb_view.h"
#include "app/pages/views.h"
#include "app/pages/words.h"

namespace ztix::app {
namespace {

using domain::RequestState;

constexpr const char* kBase = "/admin/requests/";

Result<service::RequestDossier> dossier(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  return call.services.requests.show_any(id);
}

/// The turn it waits for, when only an administrator can give it.
service::TurnView open_turn(Call& call, const std::string& name) {
  const auto turns = call.services.rollout.turns(name, 1);
  if (!turns || turns->empty() || turns->front().verdict != domain::TurnVerdict::waiting) return {};
  return turns->front();
}

std::string_view words_of(domain::ChangeClass change) {
  switch (change) {
    case domain::ChangeClass::none:
      return "changes nothing";
    case domain::ChangeClass::peers_only:
      return "sessions come, go or are disabled";
    case domain::ChangeClass::filters:
      return "limits, options or filters of members";
    case domain::ChangeClass::shared:
      return "changes what all members share";
    case domain::ChangeClass::restarts:
      return "restarts sessions of members that did not change";
  }
  return "";
}

std::string moved(std::int64_t before, std::int64_t after) {
  return before == after ? std::to_string(after) : std::to_string(before) + " → " + std::to_string(after);
}

/// What the last change was said to do, and what it did.
std::string told_text(const service::ForecastView& view) {
  const auto& told = view.forecast;
  return "Revision " + std::to_string(told.revision) + ": " + std::string(words_of(told.change)) + ", " +
         std::to_string(told.restarts) + " restarts foreseen";
}
std::string measured_text(const service::MeasurementRecord& measured) {
  if (measured.verdict == service::ApplyVerdict::none) return {};
  const auto& before = measured.before;
  const auto& after = measured.after;
  return std::to_string(measured.restarts) + " restarts measured; sessions up " + moved(before.up, after.up) +
         ", routes accepted " + moved(before.routes.imported, after.routes.imported) + ", refused " +
         moved(before.routes.filtered, after.routes.filtered) + ", given " +
         moved(before.routes.exported, after.routes.exported);
}

service::ForecastView newest_forecast(Call& call, const std::string& name) {
  auto found = call.services.forecasts.forecast(name, std::nullopt);
  return found && *found ? std::move(**found) : service::ForecastView();
}

void add_route_server(render::View& view, const service::RouteServer& rs, bool may_apply, const service::TurnView& turn,
                      const service::ForecastView& forecast) {
  const auto time = [](const std::optional<Timestamp>& at) { return at ? readable_time(*at) : std::string(); };
  view.append("route_servers")
      .set("rs_name", rs.config.name)
      .set("rs_state", domain::to_string(rs.config.state))
      .set("rs_router_id", rs.config.router_id.text())
      .set("rs_bird", rs.config.bird_version)
      .set("rs_wanted", rs.wanted_revision)
      .set("rs_confirmed", rs.confirmed_revision)
      .set("rs_confirmed_at", time(rs.confirmed_at))
      .set("rs_step", rs.last_step)
      .set("rs_step_at", time(rs.last_step_at))
      .set("rs_error", rs.last_error)
      .set("rs_diverged", rs.diverged)
      .set("rs_forecast", forecast.forecast.revision == 0 ? std::string() : told_text(forecast))
      .set("rs_measured", measured_text(forecast.measured))
      .set("rs_harm", forecast.measured.harm)
      .set("rs_diff", forecast.forecast.diff)
      .set("rs_may_apply", may_apply)
      .set("rs_may_retry", may_apply && (!rs.last_error.empty() || !forecast.measured.harm.empty()))
      .set("rs_may_accept", may_apply && turn.wait == domain::TurnWait::awaiting_acceptance)
      .set("rs_restarts", turn.restarts)
      .set("rs_may_be_last", may_apply && turn.wait == domain::TurnWait::last_one)
      .set("rs_may_drain", may_apply && rs.config.state == domain::RouteServerState::enabled)
      .set("rs_may_return", may_apply && (rs.config.state == domain::RouteServerState::draining ||
                                          rs.config.state == domain::RouteServerState::maintenance));
}

}  // namespace

Result<HttpResponse> admin_requests_page(Call& call) {
  ZTIX_ASSIGN(const auto page, page_of(call));
  ZTIX_ASSIGN(const auto filter, filter_of(call));
  ZTIX_ASSIGN(const auto found, call.services.requests.list_all(filter, page));
  auto view = call.services.pages.view_of(PageId::admin_requests, "Requests", &*call.login);
  view.set("filter_asn", query_text(call, "asn"))
      .set("filter_age", query_text(call, "min_age_minutes"))
      .set("is_filtered", filter.state || filter.asn || filter.min_age || filter.zt_network_id);
  set_next_page(view, call, found.next);
  for (const auto state : domain::kRequestStates) {
    view.append("choice_statuses")
        .set("choice_status", domain::to_string(state))
        .set("choice_status_words", words_of(state))
        .set("choice_selected", filter.state == state);
  }
  add_request_rows(view, call, found.items, kBase);
  return call.services.pages.page(PageId::admin_requests, view);
}

Result<HttpResponse> admin_request_page(Call& call) {
  ZTIX_ASSIGN(const auto found, dossier(call));
  const auto& request = found.request;
  auto view = call.services.pages.view_of(PageId::admin_request, "Request of AS" + request.asn.text(), &*call.login);
  fill_request(view, request, network_name(call, request.zt_network_id), kBase, false);
  add_session_rows(view, call, request);
  ZTIX_ASSIGN(const auto known, call.services.peeringdb.view(request.asn));
  fill_peeringdb(view, known);
  const bool decides = call.is_admin() && request.state == RequestState::pending;
  const bool retries = call.is_admin() && request.state == RequestState::failed;
  const bool member = call.is_admin() && has_membership(request);
  const bool revokes = member || (call.is_admin() && request.leaving);
  view.set("requester", request.requested_by_name)
      .set("may_decide", decides)
      .set("may_retry", retries)
      .set("may_suspend", member && !request.suspended)
      .set("may_resume", member && request.suspended)
      .set("may_revoke", revokes)
      .set("may_clear_limit", member && !request.tripped_limits.empty())
      .set("has_actions", decides || retries || revokes)
      .set("is_own", request.requested_by == call.user().id);
  for (const auto& entry : found.trail) {
    view.append("trail")
        .set("trail_at", readable_time(entry.at))
        .set("trail_actor", entry.actor.name)
        .set("trail_action", entry.action)
        .set("trail_facts", facts_text(entry.facts));
  }
  return call.services.pages.page(PageId::admin_request, view);
}

Result<HttpResponse> admin_request_progress_fragment(Call& call) {
  ZTIX_ASSIGN(const auto found, dossier(call));
  return progress_response(call, found.request, kBase, false);
}

Result<HttpResponse> admin_route_servers_page(Call& call) {
  ZTIX_ASSIGN(const auto all, call.services.route_servers.route_servers());
  auto view = call.services.pages.view_of(PageId::route_servers, "Route servers", &*call.login);
  for (const auto& rs : all)
    add_route_server(view, rs, call.is_admin(), open_turn(call, rs.config.name), newest_forecast(call, rs.config.name));
  return call.services.pages.page(PageId::route_servers, view);
}

}  // namespace ztix::app
