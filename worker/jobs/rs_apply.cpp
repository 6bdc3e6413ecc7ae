#include "worker/jobs/rs_apply.h"

namespace ztix::worker {

JobHandler rs_apply(service::RouteServerApply& apply) {
  return [&apply](const service::Job& job, const service::StillMine& still_mine) { return apply.run(job, still_mine); };
}

}  // namespace ztix::worker
