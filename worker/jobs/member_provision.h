#pragma once

/// @file worker/jobs/member_provision.h
/// `member.provision`, subject `membership:<id>`: make one membership true at the controller and publish it.

#include "core/service/member_provisioning.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

[[nodiscard]] JobHandler member_provision(service::MemberProvisioning& provisioning);

}  // namespace ztix::worker
