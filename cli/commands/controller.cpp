#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/controller_writes.h"
#include "cli/output.h"
#include "core/service/wanted_network.h"
#include "core/store/network_store.h"
#include "core/store/request_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

/// Pages of requests are read until there is none left.
constexpr int kPage = 200;

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

/// Nodes of members that must be able to send frames now.
Result<std::vector<std::string>> member_nodes(Context& context, const domain::ZtNetworkId& network) {
  store::PgRequestStore requests(context.database());
  service::RequestFilter filter;
  filter.zt_network_id = network;
  filter.state = domain::RequestState::active;
  std::vector<std::string> nodes;
  service::Page page{kPage, {}};
  for (;;) {
    ZTIX_ASSIGN(const auto found, requests.list(filter, page));
    for (const auto& request : found.items) {
      if (request.node_id) nodes.push_back(request.node_id->text());
    }
    if (found.next.empty()) return nodes;
    page.cursor = found.next;
  }
}

/// Compares, and only that: whoever is let in or put out is decided by requests, not here.
Result<json> differing_members(Context& context, service::FabricProvider& fabric, const domain::ZtNetworkId& network,
                               std::vector<std::string> expected) {
  ZTIX_ASSIGN(const auto wanted, member_nodes(context, network));
  auto missing = wanted;
  expected.insert(expected.end(), wanted.begin(), wanted.end());
  auto strays = json::array();
  ZTIX_ASSIGN(const auto members, fabric.list_members(network));
  for (const auto& member : members) {
    if (!member.authorized) continue;
    const auto node = member.node_id.text();
    missing.erase(std::remove(missing.begin(), missing.end(), node), missing.end());
    if (std::find(expected.begin(), expected.end(), node) == expected.end()) strays.push_back(node);
  }
  return json{{"authorised_without_request", strays}, {"active_but_not_authorised", missing}};
}

std::vector<IpAddress> addresses_of(const service::InfrastructureNode& node) {
  std::vector<IpAddress> addresses;
  if (node.ipv4) addresses.push_back(*node.ipv4);
  addresses.push_back(node.ipv6);
  return addresses;
}

Result<json> reconcile_network(Context& context, const service::Network& network) {
  ZTIX_ASSIGN(const auto nodes, store::PgNetworkStore(context.database()).infrastructure_nodes(network.number));
  json report{{"zt_network_id", network.zt_network_id.text()}, {"name", network.name}, {"nodes", json::array()}};
  const ControllerWrite write = [&](auto& fabric, const auto& may_write) -> Status {
    ZTIX_CHECK(fabric.ensure_network(service::wanted_network(network), false, may_write));
    std::vector<std::string> ours;
    for (const auto& node : nodes) {
      ZTIX_CHECK(fabric.authorize(network.zt_network_id, node.node_id, addresses_of(node), may_write));
      report["nodes"].push_back({{"name", node.name}, {"node_id", node.node_id.text()}});
      ours.push_back(node.node_id.text());
    }
    ZTIX_ASSIGN(const auto members, differing_members(context, fabric, network.zt_network_id, ours));
    report["members"] = members;
    return {};
  };
  ZTIX_CHECK(with_network_lock(context, network.zt_network_id, write));
  return report;
}

Result<json> reconcile(Context& context) {
  ZTIX_ASSIGN(const auto networks, store::PgNetworkStore(context.database()).networks());
  auto all = json::array();
  for (const auto& network : networks) {
    ZTIX_ASSIGN(auto report, reconcile_network(context, network));
    all.push_back(std::move(report));
  }
  return all;
}

void print_reconciled(const json& networks) {
  for (const auto& network : networks) {
    std::cout << "Network " << network["zt_network_id"].get<std::string>() << " (" << network["name"].get<std::string>()
              << ") is as wanted; " << network["nodes"].size() << " nodes of the exchange are authorised.\n";
    for (const auto& [what, nodes] : network["members"].items()) {
      for (const auto& node : nodes) std::cout << "  " << what << ": " << node.get<std::string>() << '\n';
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
  auto* again = group->add_subcommand(
      "reconcile", "Set networks and the exchange's own nodes up again; members are compared, never let in");
  again->footer("Example: ztix controller reconcile");
  again->callback([&context] { context.finish(reconcile(context), print_reconciled); });
}

}  // namespace ztix::cli
