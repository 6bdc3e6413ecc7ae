#pragma once

/// @file core/service/member_provisioning.h
/// `member.provision`: makes one membership true at the controller and puts it into a revision.

#include <chrono>

#include "core/service/member_cut_off.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/provision_store.h"

namespace ztix::service {

/// Steps: node id known → addresses reserved → controller ready → node authorised → membership published.
/// Each is observed first and safe to repeat, so a run may die anywhere and the next one goes on.
/// A suspended member is cut off instead; when it is resumed the same steps let it in again.
class MemberProvisioning {
 public:
  /// @param departures  where a suspended member has to be cut off.
  MemberProvisioning(ProvisionStore& store, DepartureStore& departures, JobStore& jobs, FabricProvider& fabric,
                     MemberCutOff& cut_off, Clock& clock)
      : store_(store), departures_(departures), jobs_(jobs), fabric_(fabric), cut_off_(cut_off), clock_(clock) {}

  /// @param job  subject `membership:<id>`.
  JobOutcome run(const Job& job, const StillMine& still_mine);

 private:
  Result<JobOutcome> provision(const Job& job, const StillMine& still_mine);
  Result<std::optional<JobOutcome>> wait_for_fabric(const Job& job, const ProvisionSubject& subject);
  /// false: the member was suspended or ended while we waited for the right to write; nothing was written.
  Result<bool> authorize(const Job& job, const ProvisionSubject& subject, const ReservedAddresses& addresses,
                         const StillMine& still_mine);
  Result<JobOutcome> suspend(const Job& job, const ProvisionSubject& subject, const StillMine& still_mine);
  Result<JobOutcome> publish(const Job& job, std::int64_t membership_id);
  Result<JobOutcome> wait(const Job& job, std::int64_t membership_id, const std::string& word,
                          const std::string& remedy, std::chrono::milliseconds delay);

  ProvisionStore& store_;
  DepartureStore& departures_;
  JobStore& jobs_;
  FabricProvider& fabric_;
  MemberCutOff& cut_off_;
  Clock& clock_;
};

}  // namespace ztix::service
