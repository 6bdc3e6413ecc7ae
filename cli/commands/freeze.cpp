#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/service/system.h"
#include "core/store/freeze_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string network;
  std::string route_server;
  std::string reason;
  std::int64_t seconds = 0;
};

struct Subject {
  domain::FreezeScope scope = domain::FreezeScope::all;
  std::string name;
};

Subject subject_of(const Options& options) {
  if (!options.network.empty()) return {domain::FreezeScope::network, options.network};
  if (!options.route_server.empty()) return {domain::FreezeScope::route_server, options.route_server};
  return {};
}

json to_json(const service::Freeze& freeze) {
  return {{"scope", to_string(freeze.what.scope)},
          {"subject", freeze.what.subject},
          {"until", freeze.what.until ? json(to_rfc3339(*freeze.what.until)) : json(nullptr)},
          {"reason", freeze.what.reason},
          {"set_by", freeze.set_by},
          {"set_at", to_rfc3339(freeze.set_at)}};
}

Result<json> set(Context& context, const Options& options) {
  const auto subject = subject_of(options);
  service::NewFreeze freeze{subject.scope, subject.name, std::nullopt, options.reason};
  if (options.seconds > 0) freeze.until = service::SystemClock().now() + std::chrono::seconds(options.seconds);
  ZTIX_ASSIGN(const auto done, store::PgFreezeStore(context.database()).set(freeze, context.actor()));
  return to_json(done);
}

Result<json> lift(Context& context, const Options& options) {
  const auto subject = subject_of(options);
  ZTIX_CHECK(store::PgFreezeStore(context.database()).lift(subject.scope, subject.name, context.actor()));
  return json{{"lifted", true}};
}

Result<json> show(Context& context) {
  ZTIX_ASSIGN(const auto all, store::PgFreezeStore(context.database()).active());
  auto items = json::array();
  for (const auto& freeze : all) items.push_back(to_json(freeze));
  return items;
}

void print_list(const json& freezes) {
  if (freezes.empty()) std::cout << "Nothing is frozen.\n";
  Table table({"SCOPE", "SUBJECT", "UNTIL", "BY", "REASON"});
  for (const auto& freeze : freezes) {
    table.add({freeze["scope"].get<std::string>(), freeze["subject"].get<std::string>(),
               freeze["until"].is_null() ? "lifted" : freeze["until"].get<std::string>(),
               freeze["set_by"].get<std::string>(), freeze["reason"].get<std::string>()});
  }
  if (!freezes.empty()) table.print(std::cout);
}

void add_subject(CLI::App& command, Options& options) {
  auto* network = command.add_option("--network", options.network, "Only this ZeroTier network");
  command.add_option("--rs", options.route_server, "Only this route server")->excludes(network);
}

}  // namespace

void add_freeze(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("freeze", "Let nothing change but what only takes away");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* set_command = group->add_subcommand("set", "Publish, apply and repair nothing from now on");
  add_subject(*set_command, *options);
  set_command->add_option("--reason", options->reason, "Shown on every page")->required();
  set_command->add_option("--seconds", options->seconds, "End by itself after so long; else it is lifted by hand")
      ->check(CLI::Range(1, 31'622'400));
  set_command->footer(
      "Suspensions and revocations go on. Example: ztix freeze set --reason \"fibre work\" --seconds 3600");
  set_command->callback(
      [&context, options] { context.finish(set(context, *options), [](const json&) { std::cout << "Frozen.\n"; }); });
  auto* lift_command = group->add_subcommand("lift", "Go on");
  add_subject(*lift_command, *options);
  lift_command->footer("Name what was named in `set`. Example: ztix freeze lift");
  lift_command->callback(
      [&context, options] { context.finish(lift(context, *options), [](const json&) { std::cout << "Lifted.\n"; }); });
  auto* show_command = group->add_subcommand("show", "The freezes that hold");
  show_command->footer("Example: ztix freeze show");
  show_command->callback([&context] { context.finish(show(context), print_list); });
}

}  // namespace ztix::cli
