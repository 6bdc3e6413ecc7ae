#include "core/service/controller_watch.h"

#include <algorithm>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/drift_log.h"
#include "core/service/fabric_writing.h"
#include "core/service/job_outcome.h"
#include "core/service/wanted_network.h"

namespace ztix::service {
namespace {

using domain::DriftKind;
using Repair = FabricDifference::Repair;

constexpr const char* kNetworkCheck = "network_configuration";

std::string target_of(const ExpectedFabric& expected) { return "network:" + expected.network.zt_network_id.text(); }

/// Nobody is admitted by the network's own settings: each of the wanted ones is the narrowest there is.
FabricDifference network_difference(const ExpectedFabric& expected, const ReadinessCheck& check) {
  return {{DriftKind::network_settings, expected.network.zt_network_id.text(),
           "- the exchange's settings\n+ " + check.message},
          Repair::set_network,
          std::nullopt,
          {}};
}

/// What a suspension or a revocation has ordered is done under a freeze too.
bool may_repair(const ExpectedFabric& expected, const FabricDifference& found) {
  return !expected.is_frozen || found.difference.kind == DriftKind::member_authorized;
}

std::string in_words(Repair repair) {
  switch (repair) {
    case Repair::deauthorize:
      return "deauthorised";
    case Repair::narrow_addresses:
      return "foreign addresses taken away";
    case Repair::set_network:
      return "settings written again";
    case Repair::none:
      break;
  }
  return "";
}

}  // namespace

JobOutcome ControllerWatch::run(const Job& job, const StillMine& still_mine) {
  const auto looked = look(job, still_mine);
  if (!looked && looked.error().code == ErrorCode::not_found) return job_done();  // the network is gone
  auto outcome = job_snoozed(interval_, looked ? std::string() : looked.error().message);
  outcome.target_unreachable = !looked ? is_transient(looked.error().code) : !*looked;
  return outcome;
}

Result<bool> ControllerWatch::look(const Job& job, const StillMine& still_mine) {
  const auto id = domain::ZtNetworkId::parse(subject_name(job));
  if (!id) return fail(ErrorCode::not_found, "controller.reconcile without a network: " + job.subject);
  // Under the lock nobody else of ours writes there, and what is expected is read after it is ours.
  ZTIX_ASSIGN(const auto lock, lock_fabric(ports_.provision, ports_.clock, *id));
  ZTIX_ASSIGN(const auto expected, ports_.watch.expected_fabric(*id));
  const auto readiness = ports_.fabric.readiness({wanted_network(expected.network)});
  const auto* const failed = readiness.first_failure();
  if (failed != nullptr && failed->name != kNetworkCheck) return note_not_ready(job, expected, readiness);
  ZTIX_ASSIGN(const auto members, ports_.fabric.list_members(*id));

  auto found = fabric_differences(expected, members);
  if (failed != nullptr) found.push_back(network_difference(expected, *failed));
  std::vector<Difference> differences;
  for (const auto& each : found) differences.push_back(each.difference);
  ZTIX_ASSIGN(const auto fresh, ports_.drift.record(job, target_of(expected), differences, {}));
  log_drift(target_of(expected), fresh);
  const auto repaired = repair_all(job, expected, found, [&] { return still_mine() && lock->held(); });
  const auto authorized =
      std::count_if(members.begin(), members.end(), [](const auto& member) { return member.authorized; });
  // Only now, also when a repair failed: whoever waits for this look reads what was done about it, too.
  ZTIX_CHECK(ports_.watch.record_fabric(
      job, {*id, "", std::nullopt, true, "", "", static_cast<int>(members.size()), static_cast<int>(authorized)}));
  ZTIX_CHECK(repaired);
  return true;
}

Result<bool> ControllerWatch::note_not_ready(const Job& job, const ExpectedFabric& expected,
                                             const Readiness& readiness) {
  const auto* const failed = readiness.first_failure();
  ZTIX_CHECK(ports_.watch.record_fabric(job, {expected.network.zt_network_id, "", std::nullopt, false,
                                              failed->name + ": " + failed->message, failed->remedy, 0, 0}));
  return false;
}

Status ControllerWatch::repair_all(const Job& job, const ExpectedFabric& expected,
                                   const std::vector<FabricDifference>& found, const MayWrite& may_write) {
  for (const auto& each : found) {
    if (each.repair != Repair::none && may_repair(expected, each)) ZTIX_CHECK(repair(job, expected, each, may_write));
  }
  return {};
}

Status ControllerWatch::repair(const Job& job, const ExpectedFabric& expected, const FabricDifference& found,
                               const MayWrite& may_write) {
  const auto& network = expected.network.zt_network_id;
  crash_point("reconcile-repair.before");
  if (found.repair == Repair::set_network) {
    ZTIX_CHECK(ports_.fabric.ensure_network(wanted_network(expected.network), false, may_write));
  } else if (found.repair == Repair::narrow_addresses) {
    ZTIX_CHECK(ports_.fabric.authorize(network, *found.node, found.addresses, may_write));
  } else {
    ZTIX_CHECK(ports_.fabric.deauthorize(network, *found.node, may_write));
  }
  crash_point("reconcile-repair.after");
  log::warn("drift.repaired", {{"target", target_of(expected)},
                               {"kind", std::string(to_string(found.difference.kind))},
                               {"subject", found.difference.subject},
                               {"how", in_words(found.repair)}});
  // Only part of it may be put right (addresses it lacks are not given back): the next look sees what is left.
  ZTIX_CHECK(ports_.drift.repaired(job, target_of(expected), found.difference, in_words(found.repair)));
  crash_point("reconcile-record.after");
  return {};
}

}  // namespace ztix::service
