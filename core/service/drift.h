#pragma once

/// @file core/service/drift.h
/// What differs, as pure functions: a host from what was confirmed there, a controller from what was approved.
///
/// What would *grant* anything to put right (authorise, add, enable, give an address) is only reported. What takes away
/// is repaired: docs/drift.md lists both.

#include <optional>
#include <string>
#include <vector>

#include "core/service/ports/apply_store.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/watch_store.h"

namespace ztix::service {

/// What a host was confirmed to run, and from which snapshot.
struct ConfirmedHost {
  RenderedRoot root;
  domain::ConfigSnapshot snapshot;
};

/// A host in rest: while an apply runs there, everything is on its way.
[[nodiscard]] std::vector<Difference> host_differences(const ConfirmedHost& wanted, const HostProbe& probe);

/// Sessions that somebody switched on although they shall be down.
[[nodiscard]] std::vector<std::string> sessions_to_switch_off(const std::vector<Difference>& found);

/// True when only files differ and BIRD runs what was confirmed: then putting the files right changes nothing for
/// anybody.
[[nodiscard]] bool is_repaired_by_files(const ConfirmedHost& wanted, const HostProbe& probe, const Difference& found);

/// One difference at the controller, with what takes it away without granting anything.
struct FabricDifference {
  Difference difference;
  enum class Repair : std::uint8_t { none, deauthorize, narrow_addresses, set_network };
  Repair repair = Repair::none;
  std::optional<domain::NodeId> node;
  std::vector<IpAddress> addresses;  ///< of `narrow_addresses`: those of its own that it has already
};

/// Members only; network settings are compared by the readiness gate.
[[nodiscard]] std::vector<FabricDifference> fabric_differences(const ExpectedFabric& expected,
                                                               const std::vector<FabricMember>& found);

}  // namespace ztix::service
