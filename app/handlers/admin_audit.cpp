#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/pages/views.h"
#include "app/pages/words.h"
#include "app/presenter/audit_json.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

Result<service::Paged<service::AuditEntry>> entries_of(Call& call) {
  ZTIX_CHECK(check_query(call, {"actor", "action", "subject", "from", "to", "limit", "cursor"}));
  ZTIX_ASSIGN(const auto page, page_of(call));
  ZTIX_ASSIGN(const auto filter, audit_filter_of(call));
  return call.services.audit_log.list(filter, page);
}

void add_entry(render::View& view, const service::AuditEntry& entry) {
  view.append("entries")
      .set("entry_at", readable_time(entry.at))
      .set("entry_actor", entry.actor.name)
      .set("entry_kind", service::to_string(entry.actor.kind))
      .set("entry_address", entry.actor.remote_address)
      .set("entry_action", entry.action)
      .set("entry_subject", entry.subject_kind + ":" + entry.subject_id)
      .set("entry_facts", facts_text(entry.facts));
}

}  // namespace

Result<HttpResponse> admin_audit_get(Call& call) {
  ZTIX_ASSIGN(const auto found, entries_of(call));
  Json items = Json::array();
  for (const auto& entry : found.items) items.push_back(audit_entry_json(entry));
  return list_response(items, found.next);
}

Result<HttpResponse> admin_revision_approvals_get(Call& call) {
  const auto revision = parse_decimal<std::int64_t>(call.parameters.at("revision"));
  if (!revision) return fail(ErrorCode::not_found, "There is no such revision.");
  ZTIX_ASSIGN(const auto approvals, call.services.audit_log.approvals(*revision));
  return data_response(approvals_json(approvals));
}

Result<HttpResponse> admin_audit_page(Call& call) {
  ZTIX_ASSIGN(const auto found, entries_of(call));
  auto view = call.services.pages.view_of(PageId::audit, "Audit", &*call.login);
  view.set("filter_actor", query_text(call, "actor"))
      .set("filter_action", query_text(call, "action"))
      .set("filter_subject", query_text(call, "subject"))
      .set("filter_from", query_text(call, "from"))
      .set("filter_to", query_text(call, "to"));
  set_next_page(view, call, found.next);
  for (const auto& entry : found.items) add_entry(view, entry);
  return call.services.pages.page(PageId::audit, view);
}

}  // namespace ztix::app
