#include "cli/commands/rs_state.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/rs_json.h"
#include "cli/context.h"
#include "core/store/route_server_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;
using State = domain::RouteServerState;

Result<json> set_state(Context& context, const service::RouteServerOrder& order) {
  store::PgRouteServerStore servers(context.database());
  ZTIX_CHECK(servers.set_state(order, context.actor()));
  ZTIX_ASSIGN(const auto server, servers.route_server(order.route_server));
  return to_json(server);
}

CLI::App* describe(CLI::App& group, Context& context, const std::string& verb, const std::string& what,
                   const std::shared_ptr<service::RouteServerOrder>& order) {
  auto* command = group.add_subcommand(verb, what);
  command->add_option("name", order->route_server, "Of the route server")->required();
  command->footer("Example: ztix rs " + verb + " rs1");
  command->callback([&context, order] { context.finish(set_state(context, *order), print_route_server); });
  return command;
}

void describe_way_out(CLI::App& group, Context& context, const std::string& verb, const std::string& what, State to) {
  auto order = std::make_shared<service::RouteServerOrder>();
  order->to = to;
  auto* command = describe(group, context, verb, what, order);
  command->add_flag("--last-one", order->last_one, "Although no other one is enabled and up; needs --reason");
  command->add_option("--reason", order->reason, "Why, for the audit log");
}

}  // namespace

void describe_states(CLI::App& group, Context& context) {
  auto enable = std::make_shared<service::RouteServerOrder>();
  enable->to = State::joining;
  describe(group, context, "enable", "Give it work again; it joins with a full apply", enable);
  describe_way_out(group, context, "disable", "Apply nothing there and do not wait for it", State::disabled);
  describe_way_out(group, context, "remove", "Take it out of the exchange for good", State::removed);
}

}  // namespace ztix::cli
