#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/queue/redis_connection.h"
#include "core/render/templates.h"
#include "core/service/wanted_network.h"
#include "core/store/account_store.h"
#include "core/store/forecast_store.h"
#include "core/store/migrator.h"
#include "core/store/network_store.h"
#include "core/store/route_server_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

/// What was found, one line each; a check that depends on a failed one is left out.
class Findings {
 public:
  void add(const std::string& name, bool ok, const std::string& message, const std::string& remedy) {
    healthy_ = healthy_ && ok;
    checks_.push_back({{"name", name}, {"ok", ok}, {"message", message}, {"remedy", ok ? "" : remedy}});
  }
  /// @return whether it was good.
  bool add(const std::string& name, const Status& status, const std::string& good, const std::string& remedy) {
    add(name, status.has_value(), status ? good : status.error().message, remedy);
    return status.has_value();
  }
  [[nodiscard]] json document() const { return {{"healthy", healthy_}, {"checks", checks_}}; }
  [[nodiscard]] bool healthy() const noexcept { return healthy_; }

 private:
  bool healthy_ = true;
  json checks_ = json::array();
};

template <class T>
Status status_of(const Result<T>& result) {
  return result ? Status() : Status(result.error());
}

bool check_schema(Context& context, Findings& findings) {
  const auto migrations = store::Migrator(context.database().settings()).status();
  if (!migrations) {
    findings.add("schema", false, migrations.error().message, "Run: ztix migrate up (as the role ztix_owner)");
    return false;
  }
  int missing = 0;
  for (const auto& migration : *migrations) missing += migration.applied_at ? 0 : 1;
  findings.add("schema", missing == 0,
               missing == 0 ? "up to date" : std::to_string(missing) + " migrations are missing",
               "Run: ztix migrate up");
  return missing == 0;
}

void check_redis(Context& context, Findings& findings) {
  const auto& url = context.settings().redis_url;
  if (url.empty()) return;
  const auto address = queue::RedisAddress::parse(url.expose());
  if (!address) return findings.add("redis", false, address.error().message, "Correct REDIS_URL.");
  queue::RedisConnection redis(*address, std::chrono::seconds(2));
  findings.add("redis", status_of(redis.command({"PING"})), "answers",
               "Start Redis. Until then nobody can log in; jobs go on.");
}

void check_controller(Context& context, Findings& findings) {
  const auto fabric = context.fabric();
  if (!fabric) return findings.add("controller", false, fabric.error().message, "Set ZT_PROVIDER and what it needs.");
  const auto networks = store::PgNetworkStore(context.database()).networks();
  std::vector<service::WantedNetwork> required;
  for (const auto& network : networks.value_or(std::vector<service::Network>())) {
    required.push_back(service::wanted_network(network));
  }
  for (const auto& check : (*fabric)->readiness(required).checks) {
    findings.add("controller " + check.name, check.ok, check.message, check.remedy);
  }
}

void check_route_servers(Context& context, Findings& findings) {
  const auto servers = store::PgRouteServerStore(context.database()).route_servers();
  if (!servers) return;
  for (const auto& server : *servers) {
    const auto message = server.last_error.empty() ? "confirmed revision " + std::to_string(server.confirmed_revision)
                                                   : server.last_step + ": " + server.last_error;
    findings.add("route server " + server.endpoint.name, server.last_error.empty(), message,
                 "Look at: ztix rs show " + server.endpoint.name);
  }
}

/// Workers publish the templates they were built with; others in the newest revision are another build's, or a test's.
void check_templates(Context& context, Findings& findings) {
  const auto released = store::PgForecastStore(context.database()).released_templates();
  if (!released || released->empty()) return;
  const bool same = *released == render::bird_templates_digest();
  findings.add("templates", same,
               same ? "those of this version" : "BIRD's templates in use are not those of this version",
               "Run workers and this program of one version, and no worker with ZTIX_TEST_TEMPLATE_DIR.");
}

void run(Context& context) {
  Findings findings;
  const bool database =
      findings.add("database", context.database().ping(), "answers", "Start PostgreSQL, or correct DATABASE_URL.");
  const bool schema = database && check_schema(context, findings);
  if (schema) {
    findings.add("set up", status_of(store::PgAccountStore(context.database()).installation()), "done",
                 "Run: ztix setup --username NAME");
  }
  check_redis(context, findings);
  if (schema) {
    check_controller(context, findings);
    check_route_servers(context, findings);
    check_templates(context, findings);
  }
  context.finish(findings.document(), [](const json& document) { print_checks(std::cout, document["checks"]); });
  if (!findings.healthy()) context.exit_code = kFailed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("doctor", "Check everything this exchange depends on, with a remedy for each fault");
  command->footer("Exit code 1 when something is wrong. Example: ztix doctor");
  command->callback([&context] { run(context); });
}

}  // namespace ztix::cli
