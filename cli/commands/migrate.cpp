#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/store/migrator.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  int to = 0;
  bool yes = false;
};

store::Migrator migrator(Context& context) { return store::Migrator(context.database().settings()); }

Result<json> numbers(Result<std::vector<int>> moved, const char* name) {
  if (!moved) return std::move(moved).error();
  return json{{name, *moved}};
}

void up(Context& context) {
  context.finish(numbers(migrator(context).up(), "applied"), [](const json& result) {
    const auto count = result["applied"].size();
    std::cout << (count == 0 ? "The schema is up to date.\n" : std::to_string(count) + " migrations applied.\n");
  });
}

void down(Context& context, const Options& options) {
  if (!options.yes) {
    const Error refusal = fail(ErrorCode::invalid_argument, "Going down destroys data. Make a backup, then add --yes.");
    context.finish(refusal, {});
    return;
  }
  context.finish(numbers(migrator(context).down(options.to), "undone"),
                 [](const json& result) { std::cout << result["undone"].size() << " migrations undone.\n"; });
}

Result<json> status_json(Context& context) {
  ZTIX_ASSIGN(const auto all, migrator(context).status());
  auto list = json::array();
  for (const auto& migration : all) {
    list.push_back({{"number", migration.number},
                    {"name", migration.name},
                    {"applied_at", migration.applied_at ? json(to_rfc3339(*migration.applied_at)) : json(nullptr)}});
  }
  return list;
}

void status(Context& context) {
  context.finish(status_json(context), [](const json& list) {
    Table table({"NUMBER", "NAME", "APPLIED"});
    for (const auto& row : list) {
      table.add({std::to_string(row["number"].get<int>()), row["name"].get<std::string>(),
                 row["applied_at"].is_null() ? "no" : row["applied_at"].get<std::string>()});
    }
    table.print(std::cout);
  });
}

}  // namespace

void add_migrate(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("migrate", "Bring the database schema to a version");
  group->require_subcommand(1);
  auto* up_command = group->add_subcommand("up", "Apply what is missing");
  up_command->footer("Run it as the role ztix_owner. Example: ztix migrate up");
  up_command->callback([&context] { up(context); });
  auto* status_command = group->add_subcommand("status", "Show what is applied");
  status_command->footer("Example: ztix migrate status");
  status_command->callback([&context] { status(context); });
  auto options = std::make_shared<Options>();
  auto* undo = group->add_subcommand("down", "Undo migrations; destroys data");
  undo->add_option("--to", options->to, "Last migration that stays; 0 undoes all")
      ->required()
      ->check(CLI::NonNegativeNumber);
  undo->add_flag("--yes", options->yes, "I know that this destroys data");
  undo->footer("Make a backup first. Example: ztix migrate down --to 5 --yes");
  undo->callback([&context, options] { down(context, *options); });
}

}  // namespace ztix::cli
