#include "core/store/audit_row.h"

#include <nlohmann/json.hpp>

namespace ztix::store {

service::AuditEntry read_entry(const Row& row) {
  service::AuditEntry entry;
  entry.id = row.get<std::int64_t>("id");
  entry.at = row.get<Timestamp>("at");
  entry.actor.kind = row.get_enum(service::kActorKinds, "actor_kind");
  entry.actor.user_id = row.get<std::optional<Uuid>>("actor_user_id");
  entry.actor.name = row.get<std::string>("actor_name");
  entry.actor.remote_address = row.get<std::string>("remote_address");
  entry.actor.trace_id = row.get<std::string>("trace_id");
  entry.action = row.get<std::string>("action");
  entry.subject_kind = row.get<std::string>("subject_kind");
  entry.subject_id = row.get<std::string>("subject_id");
  entry.facts = nlohmann::json::parse(row.get<std::string>("facts")).get<std::map<std::string, std::string>>();
  return entry;
}

}  // namespace ztix::store
