#include "core/store/audit_store.h"

#include <vector>

#include <nlohmann/json.hpp>

#include "core/store/audit_row.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::AuditEntry;

std::vector<Param> params_of(const Actor& actor, const std::string& action, const std::string& subject_kind,
                             const std::string& subject_id, std::map<std::string, std::string> facts) {
  if (actor.token_id) facts["token"] = actor.token_id->text();
  // A fact may quote what somebody sent; a malformed byte in it must not lose the row.
  const auto json = nlohmann::json(facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return {actor.kind,   actor.user_id, actor.name, actor.remote_address, actor.trace_id, action,
          subject_kind, subject_id,    json};
}

}  // namespace

void append_audit(Transaction& transaction, const Actor& actor, const std::string& action,
                  const std::string& subject_kind, const std::string& subject_id,
                  const std::map<std::string, std::string>& facts) {
  transaction.defer(queries::audit_append, params_of(actor, action, subject_kind, subject_id, facts));
}

Status PgAuditStore::append(const AuditEntry& entry) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::audit_append,
                    params_of(entry.actor, entry.action, entry.subject_kind, entry.subject_id, entry.facts));
    return {};
  });
}

Result<std::vector<AuditEntry>> PgAuditStore::trail(const std::string& subject_kind, const std::string& subject_id) {
  return database_.read([&](Session& session) -> Result<std::vector<AuditEntry>> {
    std::vector<AuditEntry> entries;
    for (const auto& row : session.execute(queries::audit_trail, {subject_kind, subject_id})) {
      entries.push_back(read_entry(row));
    }
    return entries;
  });
}

}  // namespace ztix::store
