#include "app/presenter/audit_json.h"

#include <nlohmann/json.hpp>

#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

Json member_json(const service::MemberApproval& member) {
  Json json{{"asn", member.asn.number()},
            {"zt_network_id", member.zt_network_id.text()},
            {"router_sequence", member.router_sequence},
            {"request_id", member.request_id ? Json(member.request_id->text()) : Json(nullptr)},
            {"requested_by", text_or_null(member.requested_by)},
            {"approvals", Json::array()}};
  for (const auto& entry : member.approvals) json["approvals"].push_back(audit_entry_json(entry));
  return json;
}

}  // namespace

Json audit_entry_json(const service::AuditEntry& entry) {
  Json facts = Json::object();
  for (const auto& [name, value] : entry.facts) facts[name] = value;
  return {{"id", entry.id},
          {"at", to_rfc3339(entry.at)},
          {"actor_kind", service::to_string(entry.actor.kind)},
          {"actor", entry.actor.name},
          {"remote_address", text_or_null(entry.actor.remote_address)},
          {"trace_id", text_or_null(entry.actor.trace_id)},
          {"action", entry.action},
          {"subject_kind", entry.subject_kind},
          {"subject_id", entry.subject_id},
          {"facts", std::move(facts)}};
}

Json approvals_json(const service::RevisionApprovals& approvals) {
  Json json{{"revision", approvals.revision},
            {"created_at", to_rfc3339(approvals.created_at)},
            {"actor", approvals.actor},
            {"cause", approvals.cause},
            {"members", Json::array()}};
  for (const auto& member : approvals.members) json["members"].push_back(member_json(member));
  return json;
}

}  // namespace ztix::app
