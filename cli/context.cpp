#include "cli/context.h"

#include <cstdlib>
#include <iostream>

#include <nlohmann/json.hpp>
#include <pwd.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/remedies.h"
#include "core/log/log.h"

namespace ztix::cli {
namespace {

std::string login_name() {
  if (const char* sudo_user = std::getenv("SUDO_USER"); sudo_user != nullptr && *sudo_user != '\0') return sudo_user;
  const passwd* entry = getpwuid(getuid());
  return entry == nullptr ? std::to_string(getuid()) : entry->pw_name;
}

}  // namespace

Context::Context() : run_id_("cli-" + Uuid::from_random(random_.bytes(16)).text()) {}
Context::~Context() = default;

config::CliSettings Context::load() {
  auto loaded = config::load_cli_settings(config::process_environment());
  if (!loaded.settings) throw WrongSettings{loaded.errors};
  // People read what the command prints; the log is for when they look for a cause.
  log::start("cli", loaded.settings->log_level == "info" ? "error" : loaded.settings->log_level);
  return std::move(*loaded.settings);
}

const config::CliSettings& Context::settings() {
  if (!settings_) settings_ = std::make_unique<config::CliSettings>(load());
  return *settings_;
}

store::Database& Context::database() {
  if (!database_) {
    auto parsed = store::DatabaseSettings::from_url(settings().database_url);
    if (!parsed) throw WrongSettings{{"DATABASE_URL: " + parsed.error().message}};
    parsed->application_name = "ztix";
    database_ = std::make_unique<store::Database>(std::move(*parsed));
  }
  return *database_;
}

Result<service::FabricProvider*> Context::fabric() {
  const auto& choice = settings().fabric;
  if (!choice) {
    return fail(ErrorCode::invalid_argument,
                "No controller is configured; set ZT_PROVIDER and ZT_CONTROLLER_BASE_URL with its token.")
        .with_reason("no_controller");
  }
  if (!provider_.fabric) {
    provider_ = fabric::make_provider({choice->is_central(), choice->base_url(), choice->token()});
  }
  return provider_.fabric.get();
}

service::Actor Context::actor() { return {service::ActorKind::cli, std::nullopt, login_name(), {}, run_id_}; }

void Context::finish(const Result<nlohmann::json>& result,
                     const std::function<void(const nlohmann::json&)>& for_people) {
  if (!result) {
    const auto error = with_remedy(result.error());
    exit_code = cli::exit_code(error);
    if (json) std::cout << error_envelope(error).dump(2) << '\n';
    print_error(std::cerr, error);
    return;
  }
  if (json) {
    std::cout << nlohmann::json{{"data", *result}}.dump(2) << '\n';
  } else {
    for_people(*result);
  }
}

}  // namespace ztix::cli
