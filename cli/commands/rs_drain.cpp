#include "cli/commands/rs_drain.h"

#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "core/store/drain_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

constexpr std::int64_t kUsualSeconds = 120;

struct Options {
  std::string name;
  std::int64_t seconds = kUsualSeconds;
  std::string reason;
  bool last_one = false;
};

Result<json> drain(Context& context, const Options& options) {
  store::PgDrainStore drains(context.database());
  ZTIX_CHECK(drains.drain({options.name, std::chrono::seconds(options.seconds), options.last_one, options.reason},
                          context.actor()));
  return json{{"name", options.name}, {"seconds", options.seconds}};
}

Result<json> give_back(Context& context, const std::string& name) {
  store::PgDrainStore drains(context.database());
  ZTIX_CHECK(drains.give_back(name, context.actor()));
  return json{{"name", name}, {"returning", true}};
}

}  // namespace

void describe_drain(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("drain", "Take a route server out of service without losing a packet");
  command->add_option("name", options->name, "Of the route server")->required();
  command->add_option("--for", options->seconds, "How long members are told (GRACEFUL_SHUTDOWN) before sessions close")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400));
  command->add_option("--reason", options->reason, "Why");
  command->add_flag("--last-one", options->last_one, "Although no other one is enabled and up; needs --reason");
  command->footer("It keeps taking new revisions, with its sessions down. Example: ztix rs drain rs1 --for 300");
  command->callback([&context, options] {
    context.finish(drain(context, *options),
                   [](const json& done) { std::cout << done["name"].get<std::string>() << " is being drained.\n"; });
  });
  auto* back = group.add_subcommand("return", "Bring a drained route server back");
  back->add_option("name", options->name, "Of the route server")->required();
  back->footer("Sessions come up when it has the newest revision and its ROAs. Example: ztix rs return rs1");
  back->callback([&context, options] {
    context.finish(give_back(context, options->name), [](const json& done) {
      std::cout << done["name"].get<std::string>() << " returns as soon as it is ready.\n";
    });
  });
}

}  // namespace ztix::cli
