#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/peeringdb_json.h"
#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

/// What a decision answers: the request with its trail, as it is now.
Result<HttpResponse> dossier_response(Call& call, const Uuid& id) {
  ZTIX_ASSIGN(const auto dossier, call.services.requests.show_any(id));
  auto json = dossier_json(dossier);
  ZTIX_CHECK(add_sessions(json, call, dossier.request));
  ZTIX_ASSIGN(const auto known, call.services.peeringdb.view(dossier.request.asn));
  json["peeringdb"] = peeringdb_json_with_contacts(known);
  return data_response(json);
}

}  // namespace

Result<HttpResponse> admin_requests_get(Call& call) {
  ZTIX_CHECK(check_query(call, {"status", "asn", "zt_network_id", "min_age_minutes", "limit", "cursor"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  ZTIX_ASSIGN(const auto filter, filter_of(call));
  ZTIX_ASSIGN(const auto found, call.services.requests.list_all(filter, page));
  Json items = Json::array();
  for (const auto& request : found.items) items.push_back(request_json(request));
  return list_response(items, found.next);
}

Result<HttpResponse> admin_request_get(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_approve_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_CHECK(call.services.requests.approve(id, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_reject_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto reason, single_text(call, "reason"));
  ZTIX_CHECK(call.services.requests.reject(id, reason, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_ask_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto message, single_text(call, "message"));
  ZTIX_CHECK(call.services.requests.ask(id, message, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_retry_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_CHECK(call.services.requests.retry(id, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_suspend_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto reason, single_text(call, "reason"));
  ZTIX_CHECK(call.services.requests.suspend(id, reason, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_resume_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_CHECK(call.services.requests.resume(id, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_revoke_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto reason, single_text(call, "reason"));
  ZTIX_CHECK(call.services.requests.revoke(id, reason, call.command()));
  return dossier_response(call, id);
}

Result<HttpResponse> admin_request_clear_limit_post(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_CHECK(call.services.requests.clear_limit(id, call.command()));
  return dossier_response(call, id);
}

}  // namespace ztix::app
