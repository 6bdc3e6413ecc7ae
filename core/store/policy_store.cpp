#include "core/store/policy_store.h"

#include "generated/queries.h"

namespace ztix::store {

Result<service::RequestHistory> PgPolicyStore::history(const Uuid& request) {
  return database_.read([&](Session& session) -> Result<service::RequestHistory> {
    const auto row = session.execute(queries::policy_history, {request}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "No such request.");
    return service::RequestHistory{.open_of_asn = row->get<int>("open_of_asn"),
                                   .open_of_user = row->get<int>("open_of_user"),
                                   .node_was_removed = row->get<bool>("node_was_removed")};
  });
}

}  // namespace ztix::store
