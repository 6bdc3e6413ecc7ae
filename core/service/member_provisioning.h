#pragma once

/// @file core/service/member_provisioning.h
/// `member.provision`: makes one membership true at the controller and puts it into a revision.

#include <chrono>
#include <functional>

#include "core/service/ports/clock.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/provision_store.h"

namespace ztix::service {

/// True while the worker's lease is good: asked before every external effect.
using StillMine = std::function<bool()>;

/// Steps: node id known → addresses reserved → controller ready → node authorised → membership published.
/// Each is observed first and safe to repeat, so a run may die anywhere and the next one goes on.
class MemberProvisioning {
 public:
  MemberProvisioning(ProvisionStore& store, JobStore& jobs, FabricProvider& fabric, Clock& clock)
      : store_(store), jobs_(jobs), fabric_(fabric), clock_(clock) {}

  /// @param job  subject `membership:<id>`.
  JobOutcome run(const Job& job, const StillMine& still_mine);

 private:
  Result<JobOutcome> provision(const Job& job, const StillMine& still_mine);
  Result<std::optional<JobOutcome>> wait_for_fabric(const Job& job, const ProvisionSubject& subject);
  Status authorize(const Job& job, const ProvisionSubject& subject, const ReservedAddresses& addresses,
                   const StillMine& still_mine);
  Result<JobOutcome> wait(const Job& job, std::int64_t membership_id, const std::string& word,
                          const std::string& remedy, std::chrono::milliseconds delay);

  ProvisionStore& store_;
  JobStore& jobs_;
  FabricProvider& fabric_;
  Clock& clock_;
};

}  // namespace ztix::service
