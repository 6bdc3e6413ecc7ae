#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/controller_writes.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "core/service/wanted_network.h"
#include "core/store/audit_store.h"
#include "core/store/drift_store.h"
#include "core/store/job_store.h"
#include "core/store/network_store.h"
#include "core/store/watch_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

/// More differences than that are read on the page or with `ztix drift list`.
constexpr int kShownDrifts = 1'000;

struct Options {
  int wait_seconds = 60;
};

Result<json> readiness(Context& context) {
  ZTIX_ASSIGN(auto* const fabric, context.fabric());
  ZTIX_ASSIGN(const auto networks, store::PgNetworkStore(context.database()).networks());
  std::vector<service::WantedNetwork> required;
  for (const auto& network : networks) required.push_back(service::wanted_network(network));
  const auto found = fabric->readiness(required);
  auto checks = json::array();
  for (const auto& check : found.checks) {
    checks.push_back({{"name", check.name}, {"ok", check.ok}, {"message", check.message}, {"remedy", check.remedy}});
  }
  return json{{"ready", found.ready()}, {"checks", checks}};
}

std::vector<IpAddress> addresses_of(const service::InfrastructureNode& node) {
  std::vector<IpAddress> addresses;
  if (node.ipv4) addresses.push_back(*node.ipv4);
  addresses.push_back(node.ipv6);
  return addresses;
}

/// Of one network: when a worker looked last.
Result<service::FabricLook> last_look(Context& context, const domain::ZtNetworkId& network) {
  ZTIX_ASSIGN(const auto looks, store::PgWatchStore(context.database()).fabric_looks());
  for (const auto& look : looks) {
    if (look.zt_network_id == network) return look;
  }
  return fail(ErrorCode::not_found, "There is no network " + network.text() + ".").with_reason("unknown_network");
}

/// Settings and the exchange's own nodes, as a person has ordered them now. What a look finds after this is what we
/// left: the time of the last one is read while nobody else writes there.
Result<std::optional<Timestamp>> set_up_again(Context& context, const service::Network& network, json& report) {
  ZTIX_ASSIGN(const auto nodes, store::PgNetworkStore(context.database()).infrastructure_nodes(network.number));
  std::optional<Timestamp> looked_at;
  const ControllerWrite write = [&](auto& fabric, const auto& may_write) -> Status {
    ZTIX_CHECK(fabric.ensure_network(service::wanted_network(network), false, may_write));
    for (const auto& node : nodes) {
      ZTIX_CHECK(fabric.authorize(network.zt_network_id, node.node_id, addresses_of(node), may_write));
      report["nodes"].push_back({{"name", node.name}, {"node_id", node.node_id.text()}});
    }
    ZTIX_ASSIGN(const auto look, last_look(context, network.zt_network_id));
    looked_at = look.looked_at;
    return {};
  };
  // Before the controller is written to: what is done there cannot be taken back with a transaction.
  service::AuditEntry entry;
  entry.actor = context.actor();
  entry.action = "network.reconcile_ordered";
  entry.subject_kind = "network";
  entry.subject_id = network.zt_network_id.text();
  ZTIX_CHECK(store::PgAuditStore(context.database()).append(entry));
  ZTIX_CHECK(with_network_lock(context, network.zt_network_id, write));
  return looked_at;
}

/// Members are the worker's: its look knows who is suspended, leaving or on the way, and takes away what nobody has
/// approved.
Result<service::FabricLook> look_of_worker(Context& context, const service::Network& network,
                                           const std::optional<Timestamp>& before, const Options& options) {
  store::PgJobStore jobs(context.database());
  ZTIX_CHECK(jobs.enqueue({.kind = "controller.reconcile",
                           .subject = "network:" + network.zt_network_id.text(),
                           .want_revision = 0,
                           .priority = 1,
                           .delay = std::chrono::milliseconds(0),
                           .trace_id = context.actor().trace_id}));
  auto found = wait_for<service::FabricLook>(
      std::chrono::seconds(options.wait_seconds), [&]() -> Result<Progress<service::FabricLook>> {
        ZTIX_ASSIGN(const auto look, last_look(context, network.zt_network_id));
        const bool is_done = look.looked_at && (!before || *look.looked_at > *before);
        return Progress<service::FabricLook>{is_done ? std::optional(look) : std::nullopt,
                                             network.name + ": waiting for a worker's look at the members"};
      });
  if (found || found.error().code != ErrorCode::timeout) return found;
  return fail(ErrorCode::timeout, network.name +
                                      ": the network and the exchange's own nodes are set up again, but no " +
                                      "worker has looked at the members yet.")
      .with_fact("remedy", "See that ztix-worker runs; it looks as soon as it does. Then: ztix drift list");
}

/// What that look has seen, with what it has done about it.
Result<json> seen_by(Context& context, const service::FabricLook& look, const std::optional<Timestamp>& before) {
  ZTIX_ASSIGN(const auto drifts, store::PgDriftStore(context.database()).drifts(false, kShownDrifts));
  auto seen = json::array();
  for (const auto& drift : drifts) {
    const bool is_ours = drift.target == "network:" + look.zt_network_id.text();
    if (!is_ours || (before && drift.last_seen <= *before)) continue;
    seen.push_back({{"kind", to_string(drift.difference.kind)},
                    {"subject", drift.difference.subject},
                    {"diff", drift.difference.diff},
                    {"resolution", drift.resolution}});
  }
  return seen;
}

Result<json> reconcile_network(Context& context, const service::Network& network, const Options& options) {
  json report{{"zt_network_id", network.zt_network_id.text()}, {"name", network.name}, {"nodes", json::array()}};
  ZTIX_ASSIGN(const auto before, set_up_again(context, network, report));
  ZTIX_ASSIGN(const auto look, look_of_worker(context, network, before, options));
  if (!look.is_ready) {
    return fail(ErrorCode::unavailable, network.name + ": the controller is not ready: " + look.message)
        .with_reason("fabric_not_ready")
        .with_fact("remedy", look.remedy);
  }
  report["members"] = look.members;
  report["authorized"] = look.authorized;
  ZTIX_ASSIGN(report["differences"], seen_by(context, look, before));
  return report;
}

Result<json> reconcile(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto networks, store::PgNetworkStore(context.database()).networks());
  auto all = json::array();
  for (const auto& network : networks) {
    ZTIX_ASSIGN(auto report, reconcile_network(context, network, options));
    all.push_back(std::move(report));
  }
  return all;
}

void print_reconciled(const json& networks) {
  for (const auto& network : networks) {
    std::cout << "Network " << network["zt_network_id"].get<std::string>() << " (" << network["name"].get<std::string>()
              << ") is as wanted; " << network["nodes"].size() << " nodes of the exchange are authorised, "
              << network["authorized"] << " of " << network["members"] << " in all.\n";
    for (const auto& found : network["differences"]) {
      const auto done = found["resolution"].get<std::string>();
      std::cout << "  " << found["kind"].get<std::string>() << ' ' << found["subject"].get<std::string>() << ": "
                << (done.empty() ? "reported; nothing is given by itself" : done) << '\n';
    }
  }
}

void print(const json& result) { print_checks(std::cout, result["checks"]); }

}  // namespace

void add_controller(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("controller", "The ZeroTier controller");
  group->require_subcommand(1);
  auto* status = group->add_subcommand("status", "The readiness gate: each check, and what to do about a failed one");
  status->footer("Exit code 1 when it is not ready. Example: ztix controller status");
  status->callback([&context] {
    const auto result = readiness(context);
    context.finish(result, print);
    if (result && !(*result)["ready"].get<bool>()) context.exit_code = kFailed;
  });
  auto options = std::make_shared<Options>();
  auto* again = group->add_subcommand(
      "reconcile", "Set networks and the exchange's own nodes up again; then a worker looks at the members");
  again->add_option("--wait-seconds", options->wait_seconds, "Give up waiting for a worker after so long")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  again->footer(
      "Members are judged as in every look of a worker: taken away is what nobody has approved, the rest is reported.\n"
      "Example: ztix controller reconcile");
  again->callback([&context, options] { context.finish(reconcile(context, *options), print_reconciled); });
}

}  // namespace ztix::cli
