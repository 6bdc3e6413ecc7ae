#pragma once

/// @file cli/context.h
/// What the commands share, made when a command first needs it: `ztix --help` works without any setting.

#include <functional>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/fabric/provider.h"
#include "core/service/ports/actor.h"
#include "core/service/system.h"
#include "core/store/database.h"

namespace ztix::cli {

/// Thrown inside the CLI when settings are missing or wrong; the edge prints them all and exits 78.
struct WrongSettings {
  std::vector<std::string> errors;
};

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  bool json = false;  ///< `--json`
  int exit_code = 0;  ///< set by the command that ran

  /// @throws WrongSettings
  const config::CliSettings& settings();
  store::Database& database();
  /// `invalid_argument` when no controller is configured.
  Result<service::FabricProvider*> fabric();
  service::SystemClock& clock() { return clock_; }
  service::SystemRandom& random() { return random_; }
  /// The operating system's user who typed the command (through sudo: who called sudo).
  service::Actor actor();

  /// Ends a command: prints the value by `--json` or for people, or the error, and sets the exit code.
  void finish(const Result<nlohmann::json>& result, const std::function<void(const nlohmann::json&)>& for_people);

 private:
  config::CliSettings load();
  std::unique_ptr<config::CliSettings> settings_;
  std::unique_ptr<store::Database> database_;
  fabric::Provider provider_;
  service::SystemClock clock_;
  service::SystemRandom random_;
  std::string run_id_;
};

}  // namespace ztix::cli
