#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/service/wanted_network.h"
#include "core/store/network_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

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
}

}  // namespace ztix::cli
