#include "worker/jobs/controller_reconcile.h"

namespace ztix::worker {

JobHandler controller_reconcile(service::ControllerWatch& watch) {
  return [&watch](const service::Job& job, const service::StillMine& still_mine) { return watch.run(job, still_mine); };
}

}  // namespace ztix::worker
