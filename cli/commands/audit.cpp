#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/store/audit_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

Result<json> trail(Context& context, const std::string& subject) {
  const auto colon = subject.find(':');
  if (colon == std::string::npos) {
    return fail(ErrorCode::invalid_argument, "--subject is KIND:ID, e.g. route_server:rs1 or request:UUID.");
  }
  store::PgAuditStore audit(context.database());
  ZTIX_ASSIGN(const auto entries, audit.trail(subject.substr(0, colon), subject.substr(colon + 1)));
  auto all = json::array();
  for (const auto& entry : entries) {
    all.push_back({{"id", entry.id},
                   {"at", to_rfc3339(entry.at)},
                   {"actor", entry.actor.name},
                   {"action", entry.action},
                   {"facts", entry.facts}});
  }
  return all;
}

std::string facts_line(const json& facts) {
  std::string line;
  for (const auto& [name, value] : facts.items())
    line += (line.empty() ? "" : " ") + name + "=" + value.get<std::string>();
  return line;
}

void print(const json& entries) {
  Table table({"AT", "ACTOR", "ACTION", "FACTS"});
  for (const auto& entry : entries) {
    table.add({entry["at"].get<std::string>(), entry["actor"].get<std::string>(), entry["action"].get<std::string>(),
               facts_line(entry["facts"])});
  }
  table.print(std::cout);
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("audit", "Who did what");
  group->require_subcommand(1);
  auto subject = std::make_shared<std::string>();
  auto* list = group->add_subcommand("list", "Everything about one subject, oldest first");
  list->add_option("--subject", *subject, "KIND:ID, e.g. request:UUID, route_server:rs1, user:NAME")->required();
  list->footer("Example: ztix audit list --subject route_server:rs1");
  list->callback([&context, subject] { context.finish(trail(context, *subject), print); });
}

}  // namespace ztix::cli
