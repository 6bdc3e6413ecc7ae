#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/controller_writes.h"
#include "cli/output.h"
#include "core/store/network_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string id;
  std::string name;
  std::string location;
  std::string lan_v4;
  std::string lan_v6;
  std::string ipv4_pool;
  std::string admission = "listed";
  std::string route_server_asn;
  bool create = false;
};

json to_json(const service::Network& network) {
  return {{"zt_network_id", network.zt_network_id.text()},
          {"number", network.number},
          {"name", network.name},
          {"location", network.location},
          {"lan_v4", network.lan_v4 ? json(network.lan_v4->text()) : json(nullptr)},
          {"lan_v6", network.lan_v6.text()},
          {"ipv4_pool", network.ipv4_pool ? json(network.ipv4_pool->text()) : json(nullptr)},
          {"admission", to_string(network.admission)},
          {"route_server_asn", network.route_server_asn.number()},
          {"mtu", network.mtu}};
}

Result<service::NewNetwork> parse(const Options& options) {
  ZTIX_ASSIGN(const auto id, network_id_argument("NETWORK", options.id));
  ZTIX_ASSIGN(const auto lan_v6, prefix_argument("--lan-v6", options.lan_v6, AddressFamily::ipv6));
  // Members' addresses are made of their AS number and fill the 64 bits of an interface id.
  if (lan_v6.length() != 64) return fail(ErrorCode::invalid_argument, "--lan-v6 is not a /64; nothing was changed.");
  ZTIX_ASSIGN(const auto asn, asn_argument("--route-server-asn", options.route_server_asn));
  service::NewNetwork network{id, options.name, options.location, {}, lan_v6, {}, domain::Admission::listed, asn};
  if (!options.lan_v4.empty()) {
    ZTIX_ASSIGN(network.lan_v4, prefix_argument("--lan-v4", options.lan_v4, AddressFamily::ipv4));
  }
  if (!options.ipv4_pool.empty()) {
    network.ipv4_pool = Ipv4Range::parse(options.ipv4_pool);
    if (!network.ipv4_pool)
      return fail(ErrorCode::invalid_argument, "--ipv4-pool is not FIRST-LAST; nothing was changed.");
  }
  network.admission = domain::parse_enum(domain::kAdmissions, options.admission).value();
  return network;
}

/// The controller before the record: a network that is recorded but not there would take requests it cannot serve. And
/// before the controller the question whether the record would be refused, which then leaves both as they were.
Result<json> add(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto network, parse(options));
  store::PgNetworkStore networks(context.database());
  ZTIX_CHECK(networks.check_network(network));
  service::WantedNetwork wanted{network.zt_network_id, network.name, {network.lan_v6}};
  if (network.lan_v4) wanted.lan_prefixes.push_back(*network.lan_v4);
  ZTIX_CHECK(with_network_lock(context, network.zt_network_id, [&](auto& fabric, const auto& may_write) {
    return fabric.ensure_network(wanted, options.create, may_write);
  }));
  ZTIX_ASSIGN(const auto added, networks.add_network(network, context.actor()));
  return to_json(added);
}

Result<json> list(Context& context) {
  ZTIX_ASSIGN(const auto networks, store::PgNetworkStore(context.database()).networks());
  auto all = json::array();
  for (const auto& network : networks) all.push_back(to_json(network));
  return all;
}

void print_list(const json& networks) {
  Table table({"NETWORK", "N", "NAME", "LAN IPV4", "LAN IPV6", "POOL", "ADMISSION", "RS ASN"});
  const auto text = [](const json& value) { return value.is_null() ? "-" : value.get<std::string>(); };
  for (const auto& network : networks) {
    table.add({text(network["zt_network_id"]), network["number"].dump(), text(network["name"]), text(network["lan_v4"]),
               text(network["lan_v6"]), text(network["ipv4_pool"]), text(network["admission"]),
               network["route_server_asn"].dump()});
  }
  table.print(std::cout);
}

void describe_add(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* add_command = group.add_subcommand("add", "Add a network of the exchange and set it up at the controller");
  add_command->add_option("network", options->id, "ZeroTier network id, 16 hex digits")->required();
  add_command->add_option("--name", options->name, "What people call it")->required();
  add_command->add_option("--location", options->location, "City or site, for people");
  add_command->add_option("--lan-v6", options->lan_v6, "Peering LAN, an IPv6 /64")->required();
  add_command->add_option("--lan-v4", options->lan_v4, "Peering LAN in IPv4");
  add_command->add_option("--ipv4-pool", options->ipv4_pool, "FIRST-LAST, given to members; none: IPv6 only");
  add_command->add_option("--admission", options->admission, "Who may ask to join")
      ->check(CLI::IsMember({"open", "listed", "closed"}))
      ->capture_default_str();
  add_command->add_option("--route-server-asn", options->route_server_asn, "AS number of its route servers")
      ->required();
  add_command->add_flag("--create", options->create, "Create the network at the controller if it is not there");
  add_command->footer(
      "Example: ztix network add 8056c2e21c000001 --name Berlin --lan-v6 2001:db8:77::/64 --lan-v4 192.0.2.0/24 "
      "--ipv4-pool 192.0.2.10-192.0.2.250 --route-server-asn 64500 --create");
  add_command->callback([&context, options] {
    context.finish(add(context, *options), [](const json& network) {
      std::cout << "Network " << network["zt_network_id"].get<std::string>() << " added as n" << network["number"]
                << ".\n";
    });
  });
}

}  // namespace

void add_network(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("network", "Networks of the exchange");
  group->require_subcommand(1);
  describe_add(*group, context);
  auto* list_command = group->add_subcommand("list", "Show all networks");
  list_command->footer("Example: ztix network list");
  list_command->callback([&context] { context.finish(list(context), print_list); });
}

}  // namespace ztix::cli
