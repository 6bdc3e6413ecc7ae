#include "core/store/admin_task_store.h"

#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {

using service::AdminTask;

Result<std::vector<AdminTask>> PgAdminTaskStore::tasks(bool only_open, int limit) {
  return database_.read([&](Session& session) -> Result<std::vector<AdminTask>> {
    std::vector<AdminTask> all;
    for (const auto& row : session.execute(queries::admin_task_list, {only_open, limit})) {
      all.push_back({row.get<std::int64_t>("id"), row.get_enum(service::kAdminTaskKinds, "kind"),
                     row.get<domain::Asn>("asn"), row.get<std::string>("username"), row.get<int>("others"),
                     row.get<Timestamp>("created_at"), row.get<std::optional<Timestamp>>("done_at"),
                     row.get<std::string>("done_by")});
    }
    return all;
  });
}

Status PgAdminTaskStore::finish(std::int64_t id, const service::Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    const auto row = transaction.execute(queries::admin_task_finish, {id, actor.name}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "There is no open task of this number.").with_reason("no_open_task");
    append_audit(transaction, actor, "task.done", "task", std::to_string(id),
                 {{"asn", row->get<domain::Asn>("asn").text()}});
    return {};
  });
}

}  // namespace ztix::store
