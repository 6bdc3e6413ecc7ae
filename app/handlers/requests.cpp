#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

Result<service::RequestWish> wish_of(const Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto number, body.number("asn"));
  ZTIX_ASSIGN(const auto network, body.text("zt_network_id"));
  ZTIX_ASSIGN(const auto node, body.optional_text("node_id"));
  ZTIX_ASSIGN(const auto ipv4, body.optional_flag("ipv4"));
  ZTIX_ASSIGN(const auto note, body.optional_text("note"));
  ZTIX_CHECK(body.finish());
  ZTIX_ASSIGN(const auto asn, checked_asn(number));
  ZTIX_ASSIGN(auto network_id, checked_network_id(network));
  service::RequestWish wish{
      .asn = asn, .zt_network_id = std::move(network_id), .node_id = {}, .ipv4 = ipv4, .note = note.value_or("")};
  if (node) {
    ZTIX_ASSIGN(wish.node_id, checked_node_id(*node));
  }
  return wish;
}

}  // namespace

Result<HttpResponse> requests_post(Call& call) {
  ZTIX_ASSIGN(const auto wish, wish_of(call));
  ZTIX_ASSIGN(auto made, call.services.requests.create(call.user(), wish, call.command()));
  // A token is no login: it proves no ASN.
  const auto login = call.api_token ? std::nullopt : call.login;
  const auto request = call.services.policy.decide(std::move(made), login, call.actor());
  auto response = data_response(request_json(request), 201);
  response.headers.set("Location", "/api/v1/requests/" + request.id.text());
  return response;
}

Result<HttpResponse> requests_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"status", "asn", "zt_network_id", "min_age_minutes", "limit", "cursor"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  ZTIX_ASSIGN(const auto filter, filter_of(call));
  ZTIX_ASSIGN(const auto found, call.services.requests.list_own(call.user(), filter, page));
  Json items = Json::array();
  for (const auto& request : found.items) items.push_back(request_json(request));
  return list_response(items, found.next);
}

Result<HttpResponse> request_get(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto request, call.services.requests.show_own(call.user(), id));
  auto json = request_json(request);
  ZTIX_CHECK(add_sessions(json, call, request));
  return data_response(json);
}

Result<HttpResponse> request_node_id_put(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto text, single_text(call, "node_id"));
  ZTIX_ASSIGN(const auto node, checked_node_id(text));
  ZTIX_ASSIGN(const auto request, call.services.requests.set_node_id(call.user(), id, node, call.command()));
  return data_response(request_json(request));
}

Result<HttpResponse> request_withdraw_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto request, call.services.requests.withdraw(call.user(), id, call.command()));
  return data_response(request_json(request));
}

Result<HttpResponse> request_answer_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto message, single_text(call, "message"));
  ZTIX_ASSIGN(const auto request, call.services.requests.answer(call.user(), id, message, call.command()));
  return data_response(request_json(request));
}

Result<HttpResponse> request_leave_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto reason, body.optional_text("reason"));
  ZTIX_CHECK(body.finish());
  ZTIX_ASSIGN(const auto request, call.services.requests.leave(call.user(), id, reason.value_or(""), call.command()));
  return data_response(request_json(request));
}

Result<HttpResponse> request_clear_limit_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto request, call.services.requests.clear_own_limit(call.user(), id, call.command()));
  return data_response(request_json(request));
}

Result<HttpResponse> request_settings_get(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto request, call.services.requests.show_own(call.user(), id));
  ZTIX_ASSIGN(const auto settings, call.services.sheets.sheet(request));
  return data_response(settings_json(settings));
}

}  // namespace ztix::app
