#include "worker/jobs/peeringdb_refresh.h"

namespace ztix::worker {

JobHandler peeringdb_refresh(service::PeeringDbRefresh& refresh) {
  return [&refresh](const service::Job& job, const service::StillMine&) { return refresh.run(job); };
}

}  // namespace ztix::worker
