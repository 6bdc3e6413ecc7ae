#include "core/store/job_transaction.h"

#include "generated/queries.h"

namespace ztix::store {

Result<service::Actor> hold_job(Transaction& transaction, const service::Job& job) {
  const auto row = transaction.execute(queries::job_hold, {job.id, job.fence}).at_most_one();
  if (!row) {
    return fail(ErrorCode::fenced, "Another worker has taken this job over.")
        .with_detail("job " + std::to_string(job.id) + " fence " + std::to_string(job.fence));
  }
  return service::Actor{service::ActorKind::worker, std::nullopt, row->get<std::string>("worker"), "", job.trace_id};
}

}  // namespace ztix::store
