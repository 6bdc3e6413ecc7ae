#include "worker/jobs/member_revoke.h"

namespace ztix::worker {

JobHandler member_revoke(service::MemberRevocation& revocation) {
  return [&revocation](const service::Job& job, const service::StillMine& still_mine) {
    return revocation.run(job, still_mine);
  };
}

}  // namespace ztix::worker
