#include "core/store/delivery.h"

#include "core/store/job_store.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {

void deliver(Transaction& transaction, const service::Actor& actor, const Uuid& request, int network_number,
             domain::Revision revision) {
  for (const auto row : transaction.execute(queries::provision_route_servers, {network_number})) {
    if (row.get<domain::Revision>("confirmed_revision") >= revision) continue;
    enqueue_job(transaction, apply_job(row.get<std::string>("name"), newest_revision(transaction), actor));
  }
  transaction.execute(queries::provision_deliver, {request, network_number, revision});
}

}  // namespace ztix::store
