#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/store/job_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string state;
  int limit = 50;
  std::int64_t job = 0;
};

json to_json(const service::JobView& job) {
  return {{"id", job.id},
          {"kind", job.kind},
          {"subject", job.subject},
          {"want_revision", job.want_revision},
          {"priority", job.priority},
          {"state", to_string(job.state)},
          {"attempt", job.attempt},
          {"crash_count", job.crash_count},
          {"worker", job.worker},
          {"last_step", job.last_step},
          {"last_error", job.last_error},
          {"run_at", job.run_at == Timestamp::max() ? json(nullptr) : json(to_rfc3339(job.run_at))},
          {"created_at", to_rfc3339(job.created_at)}};
}

Result<json> list(Context& context, const Options& options) {
  const auto state = domain::parse_enum(domain::kJobStates, options.state);
  ZTIX_ASSIGN(const auto jobs, store::PgJobStore(context.database()).jobs(state, options.limit));
  auto all = json::array();
  for (const auto& job : jobs) all.push_back(to_json(job));
  return all;
}

void print_list(const json& jobs) {
  Table table({"ID", "KIND", "SUBJECT", "STATE", "ATTEMPT", "CRASHES", "LAST STEP", "LAST ERROR"});
  for (const auto& job : jobs) {
    table.add({job["id"].dump(), job["kind"].get<std::string>(), job["subject"].get<std::string>(),
               job["state"].get<std::string>(), job["attempt"].dump(), job["crash_count"].dump(),
               job["last_step"].get<std::string>(), job["last_error"].get<std::string>()});
  }
  table.print(std::cout);
}

Result<json> retry(Context& context, std::int64_t job) {
  ZTIX_CHECK(store::PgJobStore(context.database()).retry(job, context.actor()));
  return json{{"id", job}};
}

}  // namespace

void add_jobs(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("jobs", "What the workers do");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* list_command = group->add_subcommand("list", "Show jobs, newest first");
  list_command->add_option("--state", options->state, "Only this state")
      ->check(CLI::IsMember({"ready", "running", "done", "dead", "cancelled"}));
  list_command->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  list_command->footer("Example: ztix jobs list --state dead");
  list_command->callback([&context, options] { context.finish(list(context, *options), print_list); });
  auto* retry_command = group->add_subcommand("retry", "Give a dead job another try");
  retry_command->add_option("job", options->job, "Its id")->required()->check(CLI::PositiveNumber);
  retry_command->footer("Example: ztix jobs retry 17");
  retry_command->callback([&context, options] {
    context.finish(retry(context, options->job),
                   [](const json& job) { std::cout << "Job " << job["id"] << " is ready again.\n"; });
  });
}

}  // namespace ztix::cli
