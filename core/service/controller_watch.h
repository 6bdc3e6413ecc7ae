#pragma once

/// @file core/service/controller_watch.h
/// `controller.reconcile`: compares one network at the controller with what was approved. Takes away what nobody has
/// approved, and only reports what would have to be given.

#include <chrono>

#include "core/service/drift.h"
#include "core/service/member_provisioning.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/watch_store.h"

namespace ztix::service {

class ControllerWatch {
 public:
  struct Ports {
    WatchStore& watch;
    DriftStore& drift;
    ProvisionStore& provision;  ///< for the right to write to a network
    FabricProvider& fabric;
    Clock& clock;
  };
  ControllerWatch(Ports ports, std::chrono::milliseconds interval) : ports_(ports), interval_(interval) {}

  /// @param job  subject `network:<zt network id>`. Puts itself back for the next look after `interval`.
  JobOutcome run(const Job& job, const StillMine& still_mine);

 private:
  /// False: the controller cannot be worked with; what is wrong is on record.
  Result<bool> look(const Job& job, const StillMine& still_mine);
  Result<bool> note_not_ready(const Job& job, const ExpectedFabric& expected, const Readiness& readiness);
  Status repair_all(const Job& job, const ExpectedFabric& expected, const std::vector<FabricDifference>& found,
                    const MayWrite& may_write);
  Status repair(const Job& job, const ExpectedFabric& expected, const FabricDifference& found,
                const MayWrite& may_write);

  Ports ports_;
  std::chrono::milliseconds interval_;
};

}  // namespace ztix::service
