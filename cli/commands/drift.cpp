#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "core/store/drift_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

constexpr int kUsualLimit = 50;

struct Options {
  bool all = false;
  int limit = kUsualLimit;
};

Result<json> list(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto drifts, store::PgDriftStore(context.database()).drifts(!options.all, options.limit));
  auto items = json::array();
  for (const auto& drift : drifts) {
    items.push_back({{"id", drift.id},
                     {"target", drift.target},
                     {"kind", to_string(drift.difference.kind)},
                     {"subject", drift.difference.subject},
                     {"diff", drift.difference.diff},
                     {"first_seen", to_rfc3339(drift.first_seen)},
                     {"last_seen", to_rfc3339(drift.last_seen)},
                     {"resolved_at", drift.resolved_at ? json(to_rfc3339(*drift.resolved_at)) : json(nullptr)},
                     {"resolution", drift.resolution}});
  }
  return items;
}

void print(const json& drifts) {
  if (drifts.empty()) std::cout << "Hosts and controller are as the exchange has left them.\n";
  for (const auto& drift : drifts) {
    std::cout << drift["first_seen"].get<std::string>() << "  " << drift["target"].get<std::string>() << "  "
              << drift["kind"].get<std::string>() << "  " << drift["subject"].get<std::string>();
    if (!drift["resolved_at"].is_null()) std::cout << "  (" << drift["resolution"].get<std::string>() << ")";
    std::cout << '\n' << drift["diff"].get<std::string>() << '\n';
  }
}

}  // namespace

void add_drift(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("drift", "Differences between what was approved and what is there");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* command = group->add_subcommand("list", "What differs now, newest first, with a diff each");
  command->add_flag("--all", options->all, "Also what is settled");
  command->add_option("--limit", options->limit, "How many")->capture_default_str()->check(CLI::Range(1, 1000));
  command->footer("Example: ztix drift list --all");
  command->callback([&context, options] { context.finish(list(context, *options), print); });
}

}  // namespace ztix::cli
