#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/watch_json.h"

namespace ztix::app {
namespace {

constexpr std::uint64_t kMostSeconds = 366ULL * 24 * 3600;
constexpr std::uint64_t kUsualAnnouncement = 120;

Result<domain::FreezeScope> scope_of(JsonBody& body) {
  ZTIX_ASSIGN(const auto text, body.text("scope"));
  const auto scope = domain::parse_enum(domain::kFreezeScopes, text);
  if (scope) return *scope;
  return fail(ErrorCode::out_of_range, "A freeze is of all, of a network or of a route_server.")
      .with_reason("bad_scope")
      .with_fact("field", "scope");
}

Result<std::string> subject_of(JsonBody& body, domain::FreezeScope scope) {
  ZTIX_ASSIGN(const auto subject, body.optional_text("subject"));
  if ((scope == domain::FreezeScope::all) == (!subject || subject->empty())) return subject.value_or("");
  return fail(ErrorCode::invalid_argument, "Name the network or route server, and nothing for all.")
      .with_reason("bad_subject")
      .with_fact("field", "subject");
}

Result<std::string> reason_of(JsonBody& body) {
  ZTIX_ASSIGN(auto reason, body.text("reason"));
  if (!reason.empty() && reason.size() <= 1000) return reason;
  return fail(ErrorCode::out_of_range, "Say why, in at most 1000 characters.").with_fact("field", "reason");
}

Result<service::NewFreeze> freeze_of(Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto scope, scope_of(body));
  ZTIX_ASSIGN(const auto subject, subject_of(body, scope));
  ZTIX_ASSIGN(const auto reason, reason_of(body));
  ZTIX_ASSIGN(const auto seconds, body.optional_number("seconds"));
  ZTIX_CHECK(body.finish());
  service::NewFreeze freeze{scope, subject, std::nullopt, reason};
  if (!seconds) return freeze;
  if (*seconds == 0 || *seconds > kMostSeconds) {
    return fail(ErrorCode::out_of_range, "A freeze lasts for 1 second to a year.").with_fact("field", "seconds");
  }
  freeze.until = call.services.clock.now() + std::chrono::seconds(*seconds);
  return freeze;
}

Result<HttpResponse> route_server_response(Call& call) {
  ZTIX_ASSIGN(const auto one, call.services.route_servers.route_server(call.parameters.at("name")));
  return data_response({{"name", one.config.name}, {"state", domain::to_string(one.config.state)}}, 202);
}

}  // namespace

Result<HttpResponse> admin_route_server_drain_post(Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto seconds, body.optional_number("seconds"));
  ZTIX_ASSIGN(const auto reason, body.optional_text("reason"));
  ZTIX_ASSIGN(const auto last_one, body.optional_flag("last_one"));
  ZTIX_CHECK(body.finish());
  const auto announce = std::min(seconds.value_or(kUsualAnnouncement), kMostSeconds);
  ZTIX_CHECK(call.services.drains.drain(
      {call.parameters.at("name"), std::chrono::seconds(announce), last_one.value_or(false), reason.value_or("")},
      call.actor()));
  return route_server_response(call);
}

Result<HttpResponse> admin_route_server_return_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_CHECK(call.services.drains.give_back(call.parameters.at("name"), call.actor()));
  return route_server_response(call);
}

Result<HttpResponse> admin_freezes_get(Call& call) {
  ZTIX_ASSIGN(const auto all, call.services.freezes.active());
  Json items = Json::array();
  for (const auto& freeze : all) items.push_back(freeze_json(freeze));
  return list_response(items, {});
}

Result<HttpResponse> admin_freeze_post(Call& call) {
  ZTIX_ASSIGN(const auto wanted, freeze_of(call));
  ZTIX_ASSIGN(const auto freeze, call.services.freezes.set(wanted, call.actor()));
  return data_response(freeze_json(freeze), 201);
}

Result<HttpResponse> admin_freeze_lift_post(Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto scope, scope_of(body));
  ZTIX_ASSIGN(const auto subject, subject_of(body, scope));
  ZTIX_CHECK(body.finish());
  ZTIX_CHECK(call.services.freezes.lift(scope, subject, call.actor()));
  return data_response({{"lifted", true}});
}

Result<HttpResponse> admin_controller_get(Call& call) {
  ZTIX_ASSIGN(const auto looks, call.services.watch.fabric_looks());
  Json items = Json::array();
  for (const auto& look : looks) items.push_back(fabric_look_json(look));
  return list_response(items, {});
}

Result<HttpResponse> admin_drift_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"open", "limit"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  const auto open = call.query.find("open");
  const bool only_open = open != call.query.end() && open->second == "true";
  ZTIX_ASSIGN(const auto drifts, call.services.drift.drifts(only_open, page.limit));
  Json items = Json::array();
  for (const auto& drift : drifts) items.push_back(drift_json(drift));
  return list_response(items, {});
}

}  // namespace ztix::app
