#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/commands/rs_diff.h"
#include "cli/commands/rs_drain.h"
#include "cli/commands/rs_json.h"
#include "cli/commands/rs_repin.h"
#include "cli/commands/rs_set.h"
#include "cli/commands/rs_state.h"
#include "cli/context.h"
#include "cli/controller_writes.h"
#include "cli/host_key_input.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "core/service/wanted_network.h"
#include "core/store/network_store.h"
#include "core/store/rollout_store.h"
#include "core/store/route_server_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string name;
  std::string host;
  std::uint16_t port = 22;
  std::string user = "ztix";
  std::string host_key;
  bool accept_host_key = false;
  std::string router_id;
  std::string network;
  std::string node_id;
  std::string ipv4;
  std::string ipv6;
  std::vector<std::string> rtr;
  std::string rtr_exception;
  bool wait = false;
  int wait_seconds = 120;
  bool last_one = false;
  bool always = false;
  int accept_restarts = 0;
  bool take_over = false;
  std::string reason;
};

/// The pinned key: given, or scanned and accepted by a person who compares it with the one on the host.
Result<std::string> host_key(const Options& options, Context& context) {
  if (!options.host_key.empty()) return options.host_key;
  ZTIX_ASSIGN(const auto scanned, scanned_host_key(context, options.host, options.port));
  ZTIX_CHECK(accept_host_key(options.accept_host_key));
  return scanned;
}

Result<service::NewRouteServer> parse(const Options& options, Context& context) {
  service::NewRouteServer server;
  ZTIX_ASSIGN(server.router_id, address_argument("--router-id", options.router_id, AddressFamily::ipv4));
  ZTIX_ASSIGN(const auto network, network_id_argument("--network", options.network));
  ZTIX_ASSIGN(const auto node, node_id_argument("--node-id", options.node_id));
  ZTIX_ASSIGN(const auto ipv4, optional_address("--ipv4", options.ipv4, AddressFamily::ipv4));
  ZTIX_ASSIGN(const auto ipv6, address_argument("--ipv6", options.ipv6, AddressFamily::ipv6));
  for (const auto& text : options.rtr) {
    ZTIX_ASSIGN(const auto cache, rtr_cache_argument(text));
    server.rtr_caches.push_back(cache);
  }
  server.rtr_exception = options.rtr_exception;
  if (server.rtr_caches.size() < 2 && server.rtr_exception.empty()) {
    return fail(ErrorCode::invalid_argument,
                "A route server needs two RTR caches: give --rtr twice, or say why not with --rtr-exception TEXT.");
  }
  server.attachments.push_back({network, node, ipv4, ipv6});
  ZTIX_ASSIGN(const auto key, host_key(options, context));
  server.endpoint = {options.name, options.host, options.port, options.user, key};
  return server;
}

std::vector<IpAddress> addresses_of(const service::NewRouteServer::Attachment& attachment) {
  std::vector<IpAddress> addresses;
  if (attachment.ipv4) addresses.push_back(*attachment.ipv4);
  addresses.push_back(attachment.ipv6);
  return addresses;
}

/// Only what the readiness gate lets through is recorded; the node is authorised when the record has accepted it.
Result<service::RouteServer> add_and_authorize(Context& context, const service::NewRouteServer& server,
                                               const service::WantedNetwork& network) {
  std::optional<service::RouteServer> added;
  const auto done = with_network_lock(context, network.id, [&](auto& fabric, const auto& may_write) -> Status {
    ZTIX_CHECK(require_ready(fabric, network));
    ZTIX_ASSIGN(added, store::PgRouteServerStore(context.database()).add(server, context.actor()));
    const auto& attachment = server.attachments.front();
    ZTIX_CHECK(fabric.authorize(network.id, attachment.node_id, addresses_of(attachment), may_write));
    return {};
  });
  if (done) return *std::move(added);
  if (!added) return done.error();
  return fail(done.error().code,
              server.endpoint.name + " is added, but its node is not authorised: " + done.error().message)
      .with_fact("remedy", "Solve that, then: ztix controller reconcile");
}

Result<json> add(Context& context, const Options& options) {
  ZTIX_CHECK(context.fabric());
  ZTIX_ASSIGN(const auto network_id, network_id_argument("--network", options.network));
  ZTIX_ASSIGN(const auto network, store::PgNetworkStore(context.database()).network(network_id));
  ZTIX_ASSIGN(const auto server, parse(options, context));
  ZTIX_ASSIGN(const auto added, add_and_authorize(context, server, service::wanted_network(network)));
  return to_json(added);
}

Result<json> list(Context& context) {
  ZTIX_ASSIGN(const auto servers, store::PgRouteServerStore(context.database()).route_servers());
  auto all = json::array();
  for (const auto& server : servers) all.push_back(to_json(server));
  return all;
}

Result<json> show(Context& context, const std::string& name) {
  ZTIX_ASSIGN(const auto server, store::PgRouteServerStore(context.database()).route_server(name));
  return to_json(server);
}

Status order_apply(store::PgRouteServerStore& servers, const Options& options, const service::Actor& actor) {
  if (options.take_over) {
    ZTIX_CHECK(servers.request_take_over(options.name, options.reason, actor));
  } else {
    ZTIX_CHECK(servers.request_apply(options.name, actor));
  }
  return {};
}

/// A route server has taken the newest revision when nothing is wanted of it any more.
Result<json> wait_until_confirmed(store::PgRouteServerStore& servers, const Options& options) {
  return wait_for<json>(std::chrono::seconds(options.wait_seconds), [&]() -> Result<Progress<json>> {
    ZTIX_ASSIGN(const auto server, servers.route_server(options.name));
    const bool done = server.confirmed_revision >= server.wanted_revision && server.last_error.empty();
    const auto line = server.last_step + (server.last_error.empty() ? "" : ": " + server.last_error);
    return Progress<json>{done ? std::optional(to_json(server)) : std::nullopt, line};
  });
}

Result<json> apply(Context& context, const Options& options) {
  store::PgRouteServerStore servers(context.database());
  if (options.last_one || options.accept_restarts > 0) {
    store::PgRolloutStore rollout(context.database());
    ZTIX_CHECK(rollout.permit({options.name, options.last_one, options.always, options.accept_restarts, options.reason},
                              context.actor()));
  }
  ZTIX_CHECK(order_apply(servers, options, context.actor()));
  return options.wait ? wait_until_confirmed(servers, options) : show(context, options.name);
}

/// What was taken back because of harm may be published again; then as an apply.
Result<json> retry(Context& context, const Options& options) {
  store::PgRouteServerStore servers(context.database());
  ZTIX_CHECK(store::PgRolloutStore(context.database()).retry(options.name, context.actor()));
  ZTIX_CHECK(servers.request_apply(options.name, context.actor()));
  return options.wait ? wait_until_confirmed(servers, options) : show(context, options.name);
}

void print_list(const json& servers) {
  Table table({"NAME", "STATE", "WANTED", "CONFIRMED", "BIRD", "LAST STEP", "LAST ERROR"});
  for (const auto& server : servers) {
    table.add({server["name"].get<std::string>(), server["state"].get<std::string>(), server["wanted_revision"].dump(),
               server["confirmed_revision"].dump(), server["bird_version"].get<std::string>(),
               server["last_step"].get<std::string>(), server["last_error"].get<std::string>()});
  }
  table.print(std::cout);
}

void describe_add(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("add", "Add a route server; it joins with a full apply");
  command->add_option("name", options->name, "Short name, e.g. rs1")->required();
  command->add_option("--ssh-host", options->host, "Where its sshd listens")->required();
  command->add_option("--ssh-port", options->port, "Port")->capture_default_str();
  command->add_option("--ssh-user", options->user, "User with the forced command ztix-rs")->capture_default_str();
  command->add_option("--host-key", options->host_key, "Pinned key, as in ssh_host_ed25519_key.pub");
  command->add_flag("--accept-host-key", options->accept_host_key, "Pin the key the host shows now, unseen");
  command->add_option("--router-id", options->router_id, "BGP identifier, an IPv4 address")->required();
  command->add_option("--network", options->network, "ZeroTier network it serves")->required();
  command->add_option("--node-id", options->node_id, "Its ZeroTier node id")->required();
  command->add_option("--ipv4", options->ipv4, "Its IPv4 address on the peering LAN");
  command->add_option("--ipv6", options->ipv6, "Its IPv6 address on the peering LAN")->required();
  command->add_option("--rtr", options->rtr, "RTR cache ADDRESS:PORT; give two");
  command->add_option("--rtr-exception", options->rtr_exception, "Why fewer than two caches are enough");
  command->footer(
      "Example: ztix rs add rs1 --ssh-host 192.0.2.1 --router-id 192.0.2.1 --network 8056c2e21c000001 --node-id "
      "a1b2c3d4e5 --ipv4 192.0.2.1 --ipv6 2001:db8:77::1 --rtr 192.0.2.251:323 --rtr 192.0.2.252:323");
  command->callback([&context, options] {
    context.finish(add(context, *options), [](const json& server) {
      std::cout << "Route server " << server["name"].get<std::string>() << " added; it is joining.\n";
    });
  });
}

void describe_show(CLI::App& group, Context& context) {
  auto name = std::make_shared<std::string>();
  auto* command = group.add_subcommand("show", "Everything known of one, with its last probe");
  command->add_option("name", *name, "Of the route server")->required();
  command->footer("Example: ztix rs show rs1");
  command->callback([&context, name] { context.finish(show(context, *name), print_route_server); });
}

void describe_apply(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("apply", "Bring a route server to the newest revision now");
  command->add_option("name", options->name, "Of the route server")->required();
  command->add_flag("--wait", options->wait, "Show progress until it is confirmed");
  command->add_option("--wait-seconds", options->wait_seconds, "Give up waiting after so long")->capture_default_str();
  auto* last_one = command->add_flag("--last-one", options->last_one,
                                     "Although no other route server is known to be up; needs --reason");
  command->add_flag("--always", options->always, "Not only now, but for as long as it is the only enabled one")
      ->needs(last_one);
  command->add_option("--accept-restarts", options->accept_restarts, "Sessions of others that may restart")
      ->check(CLI::PositiveNumber);
  auto* reason = command->add_option("--reason", options->reason, "Why, for the audit log");
  command->add_flag("--take-over", options->take_over, "Once, replace a configuration that ZTIX did not put there")
      ->needs(reason);
  command->footer(
      "Example: ztix rs apply rs1 --wait\n         ztix rs apply rs1 --last-one --reason \"rs2 is being rebuilt\"");
  command->callback([&context, options] { context.finish(apply(context, *options), print_route_server); });
}

void describe_retry(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("retry", "Try again what failed there, also content that was taken back");
  command->add_option("name", options->name, "Of the route server")->required();
  command->add_flag("--wait", options->wait, "Show progress until it is confirmed");
  command->add_option("--wait-seconds", options->wait_seconds, "Give up waiting after so long")->capture_default_str();
  command->footer("Example: ztix rs retry rs1 --wait");
  command->callback([&context, options] { context.finish(retry(context, *options), print_route_server); });
}

}  // namespace

void add_rs(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("rs", "Route servers");
  group->require_subcommand(1);
  describe_add(*group, context);
  auto* list_command = group->add_subcommand("list", "Show all route servers");
  list_command->footer("Example: ztix rs list");
  list_command->callback([&context] { context.finish(list(context), print_list); });
  describe_show(*group, context);
  describe_set(*group, context);
  describe_states(*group, context);
  describe_drain(*group, context);
  describe_diff(*group, context);
  describe_repin(*group, context);
  describe_apply(*group, context);
  describe_retry(*group, context);
}

}  // namespace ztix::cli
