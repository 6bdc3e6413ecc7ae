#pragma once

/// @file worker/jobs/member_revoke.h
/// `member.revoke`, subject `membership:<id>`: end one membership everywhere.

#include "core/service/member_revocation.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler member_revoke(service::MemberRevocation& revocation);

}  // namespace ztix::worker
