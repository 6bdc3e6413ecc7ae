#include "cli/commands/rs_set.h"

#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands/rs_json.h"
#include "cli/context.h"
#include "core/store/route_server_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string name;
  std::string ssh_host;
  std::uint16_t ssh_port = 0;
  std::string ssh_user;
  std::vector<std::string> rtr;
  std::string rtr_exception;
};

/// What was named; an empty text is a value like any other.
struct Named {
  CLI::Option* ssh_host = nullptr;
  CLI::Option* ssh_port = nullptr;
  CLI::Option* ssh_user = nullptr;
  CLI::Option* rtr = nullptr;
  CLI::Option* rtr_exception = nullptr;
};

Result<service::RouteServerChange> change_of(const Options& options, const Named& named) {
  service::RouteServerChange change;
  if (named.ssh_host->count() > 0) change.ssh_host = options.ssh_host;
  if (named.ssh_port->count() > 0) change.ssh_port = options.ssh_port;
  if (named.ssh_user->count() > 0) change.ssh_user = options.ssh_user;
  if (named.rtr_exception->count() > 0) change.rtr_exception = options.rtr_exception;
  if (named.rtr->count() > 0) {
    std::vector<domain::RtrCache> caches;
    for (const auto& text : options.rtr) {
      ZTIX_ASSIGN(const auto cache, rtr_cache_argument(text));
      caches.push_back(cache);
    }
    change.rtr_caches = std::move(caches);
  }
  return change;
}

Result<json> set(Context& context, const Options& options, const Named& named) {
  ZTIX_ASSIGN(const auto change, change_of(options, named));
  store::PgRouteServerStore servers(context.database());
  ZTIX_ASSIGN(const bool has_changed, servers.change(options.name, change, context.actor()));
  ZTIX_ASSIGN(const auto server, servers.route_server(options.name));
  auto result = to_json(server);
  result["changed"] = has_changed;
  return result;
}

void print(const json& result) {
  if (!result["changed"].get<bool>()) std::cout << "Nothing to do: all of it is so already.\n";
  print_route_server(result);
}

}  // namespace

void describe_set(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("set", "Change what is named of a route server, and nothing else");
  command->add_option("name", options->name, "Of the route server")->required();
  const Named named{
      command->add_option("--ssh-host", options->ssh_host, "Where its sshd listens; its pinned key stays the same"),
      command->add_option("--ssh-port", options->ssh_port, "Port")->check(CLI::Range(1, 65'535)),
      command->add_option("--ssh-user", options->ssh_user, "User with the forced command ztix-rs"),
      command->add_option("--rtr", options->rtr, "RTR cache ADDRESS:PORT; name all that it shall have"),
      command->add_option("--rtr-exception", options->rtr_exception, "Why fewer than two caches are enough")};
  command->footer(
      "One of the RTR caches it has must remain: change one, wait until that is confirmed, then the other.\n"
      "Example: ztix rs set rs1 --rtr 192.0.2.251:323 --rtr 192.0.2.253:323\n         ztix rs apply rs1 --wait");
  command->callback([&context, options, named] { context.finish(set(context, *options, named), print); });
}

}  // namespace ztix::cli
