#include "worker/jobs/rs_probe.h"

namespace ztix::worker {

JobHandler rs_probe(service::RouteServerWatch& watch) {
  return [&watch](const service::Job& job, const service::StillMine&) { return watch.run(job); };
}

}  // namespace ztix::worker
