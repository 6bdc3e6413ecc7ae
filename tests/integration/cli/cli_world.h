#pragma once

/// @file tests/integration/cli/cli_world.h
/// The built `ztix` as an administrator runs it: a process with an environment, a real PostgreSQL and a controller.

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/service/system.h"
#include "core/store/account_store.h"
#include "core/store/apply_store.h"
#include "core/store/job_store.h"
#include "core/store/network_store.h"
#include "core/store/provision_store.h"
#include "core/store/request_store.h"
#include "core/store/route_server_store.h"
#include "lab/controller/simulator.h"
#include "tests/support/process.h"
#include "tests/support/test_database.h"

namespace ztix::test {

using nlohmann::json;
using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

inline const std::string kPassword = "four plain words of a test";

/// `ztix` with exactly this environment.
[[nodiscard]] Finished run_ztix(const Words& words, const Environment& environment, const std::string& input = {});

/// Exit codes as the documentation promises them.
constexpr int kOk = 0, kFailed = 1, kUsage = 2, kTryLater = 75, kConfiguration = 78;

class CliWorld {
 public:
  explicit CliWorld(TestDatabase::Schema schema = TestDatabase::Schema::migrated);

  /// Against this world's database and controller.
  [[nodiscard]] Finished ztix(const Words& words, const std::string& input = {}) const;
  /// The `data` of a command that must succeed.
  [[nodiscard]] json data(const Words& words, const std::string& input = {}) const;
  /// The command ends with this code, its complaint holds each of these texts, and neither a table nor a file of the
  /// controller has changed. With --json the same is one document with an error.
  void refused(int exit_code, const Words& words, const std::vector<std::string>& complaint,
               const std::string& input = {});

  /// Everything in every table.
  [[nodiscard]] std::string tables();
  /// Everything the controller has stored.
  [[nodiscard]] std::string controller_files() const;

  /// The exchange exists, with the administrator `admin`.
  void set_up();
  /// `ztix network add … --create` for a network of this controller.
  void add_network(const std::string& number = "000001", int lan = 1);
  [[nodiscard]] std::string network(const std::string& number = "000001") const {
    return simulator.home().address + number;
  }
  /// The words that add a network; later ones replace earlier options of the same name.
  [[nodiscard]] Words network_words(const std::string& id, int lan = 1, const Words& more = {}) const;
  [[nodiscard]] Words route_server_words(int number, const Words& more = {}) const;
  /// Policy and templates are published, as a worker does when it starts.
  void publish_release();
  /// A pending request of AS64496 by the user alice, made as her browser does.
  [[nodiscard]] service::Request new_request(const std::string& node = "1122334455");
  /// A file that only its owner reads, as settings demand of secrets.
  [[nodiscard]] std::string secret_file(const std::string& name, const std::string& text) const;
  /// What the controller has stored of a node; null when nothing.
  [[nodiscard]] json member(const std::string& node) const;

  TempFolder folder;
  TestDatabase database;
  lab::controller::Simulator simulator;
  Environment environment;
  store::Database owner{database.settings()};

 private:
  [[nodiscard]] lab::controller::SimulatorOptions simulator_options() const;
};

[[nodiscard]] service::Actor cli_actor();

}  // namespace ztix::test
