#include "core/store/delivery.h"

#include "core/store/job_store.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {

void deliver(Transaction& transaction, const service::Actor& actor, const Uuid& request, int network_number,
             domain::Revision revision) {
  for (const auto row : transaction.execute(queries::provision_route_servers, {network_number})) {
    if (row.get<domain::Revision>("confirmed_revision") >= revision) continue;
    enqueue_job(transaction, {.kind = "rs.apply",
                              .subject = "route_server:" + row.get<std::string>("name"),
                              .want_revision = newest_revision(transaction),
                              .priority = 1,
                              .delay = std::chrono::milliseconds(0),
                              .trace_id = actor.trace_id});
  }
  transaction.execute(queries::provision_deliver, {request, network_number, revision});
}

}  // namespace ztix::store
