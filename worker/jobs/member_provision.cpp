#include "worker/jobs/member_provision.h"

namespace ztix::worker {

JobHandler member_provision(service::MemberProvisioning& provisioning) {
  return [&provisioning](const service::Job& job, const service::StillMine& still_mine) {
    return provisioning.run(job, still_mine);
  };
}

}  // namespace ztix::worker
