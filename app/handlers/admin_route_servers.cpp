#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/forecast_json.h"
#include "app/presenter/operations_json.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr std::uint64_t kMostRestarts = 1'000'000;
constexpr int kTurnsShown = 20;

/// nullopt when the body asks for nothing but the apply.
Result<std::optional<service::RolloutPermission>> permission_of(Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto last_one, body.optional_flag("last_one"));
  ZTIX_ASSIGN(const auto always, body.optional_flag("always"));
  ZTIX_ASSIGN(const auto restarts, body.optional_number("accept_restarts"));
  ZTIX_ASSIGN(const auto reason, body.optional_text("reason"));
  ZTIX_CHECK(body.finish());
  if (restarts.value_or(0) > kMostRestarts) {
    return fail(ErrorCode::out_of_range, "So many sessions do not exist.").with_fact("field", "accept_restarts");
  }
  if (!last_one.value_or(false) && restarts.value_or(0) == 0) return std::optional<service::RolloutPermission>();
  return std::optional(service::RolloutPermission{call.parameters.at("name"), last_one.value_or(false),
                                                  always.value_or(false), static_cast<int>(restarts.value_or(0)),
                                                  reason.value_or("")});
}

Json turns_json(const std::vector<service::TurnView>& turns) {
  Json items = Json::array();
  for (const auto& turn : turns) {
    items.push_back({{"revision", turn.revision},
                     {"turn", turn.turn},
                     {"verdict", domain::to_string(turn.verdict)},
                     {"wait", domain::to_string(turn.wait)},
                     {"change", domain::to_string(turn.change)},
                     {"restarts", turn.restarts},
                     {"harms", turn.harms},
                     {"last_harm", turn.last_harm.empty() ? Json(nullptr) : Json(turn.last_harm)},
                     {"taken_at", to_rfc3339(turn.taken_at)},
                     {"ended_at", turn.ended_at ? Json(to_rfc3339(*turn.ended_at)) : Json(nullptr)}});
  }
  return items;
}

/// `?revision=N`; without it the newest is meant.
Result<std::optional<domain::Revision>> revision_of(const Call& call) {
  const auto found = call.query.find("revision");
  if (found == call.query.end() || found->second.empty()) return std::optional<domain::Revision>();
  const auto number = parse_decimal<domain::Revision>(found->second);
  if (!number || *number < 1) {
    return fail(ErrorCode::out_of_range, "A revision is a positive number.")
        .with_reason("bad_revision")
        .with_fact("field", "revision");
  }
  return number;
}

}  // namespace

Result<HttpResponse> admin_route_servers_get(Call& call) {
  ZTIX_ASSIGN(const auto all, call.services.route_servers.route_servers());
  Json items = Json::array();
  for (const auto& one : all) items.push_back(route_server_json(one));
  return list_response(items, {});
}

Result<HttpResponse> admin_route_server_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"revision"}));
  ZTIX_ASSIGN(const auto revision, revision_of(call));
  ZTIX_ASSIGN(const auto one, call.services.route_servers.route_server(call.parameters.at("name")));
  auto json = route_server_json(one);
  ZTIX_ASSIGN(const auto turns, call.services.rollout.turns(one.config.name, kTurnsShown));
  json["turns"] = turns_json(turns);
  ZTIX_ASSIGN(const auto forecast, call.services.forecasts.forecast(one.config.name, revision));
  json["forecast"] = forecast ? forecast_json(*forecast) : Json(nullptr);
  return data_response(std::move(json));
}

Result<HttpResponse> admin_route_server_apply_post(Call& call) {
  ZTIX_ASSIGN(const auto permission, permission_of(call));
  if (permission) ZTIX_CHECK(call.services.rollout.permit(*permission, call.actor()));
  ZTIX_ASSIGN(const auto job, call.services.route_servers.request_apply(call.parameters.at("name"), call.actor()));
  call.services.wake_up.wake(job);
  return data_response({{"job_id", job}}, 202);
}

Result<HttpResponse> admin_route_server_retry_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  const auto& name = call.parameters.at("name");
  ZTIX_CHECK(call.services.rollout.retry(name, call.actor()));
  ZTIX_ASSIGN(const auto job, call.services.route_servers.request_apply(name, call.actor()));
  call.services.wake_up.wake(job);
  return data_response({{"job_id", job}}, 202);
}

}  // namespace ztix::app
