#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/store/audit_store.h"
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

Status audit(Context& context, const char* action, int to) {
  service::AuditEntry entry;
  entry.actor = context.actor();
  entry.action = action;
  entry.subject_kind = "database";
  entry.subject_id = context.database().settings().database;
  entry.facts["to"] = std::to_string(to);
  return store::PgAuditStore(context.database()).append(entry);
}

/// Afterwards: before the first migration there is no audit log.
Result<std::vector<int>> apply(Context& context) {
  ZTIX_ASSIGN(auto applied, migrator(context).up());
  if (!applied.empty()) ZTIX_CHECK(audit(context, "database.migrated", applied.back()));
  return applied;
}

/// Before: what follows may take the audit log with it.
Result<std::vector<int>> undo(Context& context, int to) {
  ZTIX_ASSIGN(const auto all, migrator(context).status());
  // The audit log of an older schema is not the one that this program writes.
  const bool is_newest =
      std::all_of(all.begin(), all.end(), [](const auto& migration) { return migration.applied_at.has_value(); });
  if (is_newest) ZTIX_CHECK(audit(context, "database.migrate_down_ordered", to));
  return migrator(context).down(to);
}

void up(Context& context) {
  context.finish(numbers(apply(context), "applied"), [](const json& result) {
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
  context.finish(numbers(undo(context, options.to), "undone"),
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
