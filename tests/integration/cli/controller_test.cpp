/// `ztix controller reconcile`: what it sets up itself, and what it leaves to a worker's look.

#include <filesystem>
#include <thread>

#include "core/fabric/provider.h"
#include "core/service/controller_watch.h"
#include "core/store/drift_store.h"
#include "core/store/watch_store.h"
#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

struct Ready : CliWorld {
  Ready() {
    set_up();
    publish_release();
    add_network();
    REQUIRE(ztix(route_server_words(1)).exit_code == kOk);
  }

  /// An active member whose jobs are done, whatever the controller holds of it.
  std::string active_member(const std::string& node) {
    const auto id = new_request(node).id.text();
    REQUIRE(ztix({"request", "approve", id}).exit_code == kOk);
    database.sql("UPDATE request SET state = 'active' WHERE id = $1", {Uuid::parse(id).value()});
    nothing_waits();
    return id;
  }
  void nothing_waits() {
    database.sql("UPDATE job SET state = 'done', finished_at = now() WHERE kind = 'member.provision'");
  }
  void meddle(const std::string& path, const std::string& body) const {
    run_or_throw({"curl", "-sSf", "-H", "X-ZT1-Auth: " + simulator.home().auth_token, "-d", body,
                  environment.at("ZT_CONTROLLER_BASE_URL") + "/controller/network/" + network() + path});
  }
};

/// A worker that does nothing but look at controllers.
class LookingWorker {
 public:
  explicit LookingWorker(CliWorld& world)
      : database_(world.database.settings("ztix_worker")),
        provider_(fabric::make_provider(
            {false, world.environment.at("ZT_CONTROLLER_BASE_URL"), SecretString(world.simulator.home().auth_token)})),
        thread_([this](const std::stop_token& stop) { work(stop); }) {}

 private:
  void work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const auto waiting = jobs_.jobs(domain::JobState::ready, 100);
      for (const auto& view : waiting.value_or(std::vector<service::JobView>())) {
        if (view.kind != "controller.reconcile" || view.run_at > std::chrono::system_clock::now()) continue;
        const auto job = jobs_.claim_one("looking", std::chrono::minutes(1), view.id);
        if (!job || !*job) continue;
        static_cast<void>(jobs_.finish(**job, watching_.run(**job, [] { return true; })));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  store::Database database_;
  store::PgJobStore jobs_{database_};
  store::PgProvisionStore provision_{database_};
  store::PgWatchStore watch_{database_};
  store::PgDriftStore drift_{database_};
  service::SystemClock clock_;
  fabric::Provider provider_;
  service::ControllerWatch watching_{{watch_, drift_, provision_, *provider_.fabric, clock_}, std::chrono::minutes(1)};
  std::jthread thread_;
};

/// What is said of one node, as `kind resolution`; empty when nothing is.
std::string said_of(const json& report, const std::string& node) {
  std::string all;
  for (const auto& found : report.at("differences")) {
    if (found.at("subject") != node) continue;
    all += found.at("kind").get<std::string>() + " " + found.at("resolution").get<std::string>();
  }
  return all;
}

TEST_CASE("controller reconcile sets the network and the exchange's nodes up again and lets no member in") {
  Ready world;
  world.active_member("1122334455");
  world.meddle("", R"({"enableBroadcast":true})");
  world.meddle("/member/aa00000001", R"({"authorized":false,"ipAssignments":[]})");
  world.meddle("/member/ccddeeff00", R"({"authorized":true})");
  CHECK(world.ztix({"controller", "status"}).exit_code == kFailed);
  const LookingWorker worker(world);
  const auto done = world.data({"controller", "reconcile"});
  REQUIRE(done.size() == 1);
  CHECK(done[0].at("nodes").at(0).at("name") == "rs1");
  CHECK(said_of(done[0], "ccddeeff00") == "stray_node ");
  CHECK(said_of(done[0], "1122334455") == "member_deauthorized ");
  CHECK(said_of(done[0], "aa00000001").empty());
  CHECK(world.ztix({"controller", "status"}).exit_code == kOk);
  CHECK(world.member("aa00000001").at("authorized") == true);
  CHECK(world.member("1122334455").is_null());
  CHECK(world.member("ccddeeff00").at("authorized") == true);
  const auto files = world.controller_files();
  CHECK(world.data({"controller", "reconcile"}) == done);
  CHECK(world.controller_files() == files);
  CHECK(world.data({"audit", "list", "--action", "network.reconcile_ordered"}).size() == 2);
}

TEST_CASE("controller reconcile judges suspended members as a worker does: in is put out, out is as it shall be") {
  Ready world;
  for (const auto* node : {"1122334455", "2233445566"}) {
    const auto id = world.active_member(node);
    REQUIRE(world.ztix({"request", "suspend", id, "--reason", "a test"}).exit_code == kOk);
  }
  world.nothing_waits();
  world.meddle("/member/1122334455", R"({"authorized":true})");
  world.meddle("/member/2233445566", R"({"authorized":false})");
  const LookingWorker worker(world);
  const auto done = world.data({"controller", "reconcile"});
  CHECK(said_of(done[0], "1122334455") == "member_authorized deauthorised");
  CHECK(said_of(done[0], "2233445566").empty());
  CHECK(world.member("1122334455").at("authorized") == false);
}

TEST_CASE("controller reconcile without a worker sets up what it may, and says that nobody looked at the members") {
  Ready world;
  world.meddle("/member/aa00000001", R"({"authorized":false,"ipAssignments":[]})");
  const auto tried = world.ztix({"controller", "reconcile", "--wait-seconds", "1"});
  CHECK(tried.exit_code == kTryLater);
  CHECK(tried.err.find("no worker has looked") != std::string::npos);
  CHECK(tried.err.find("ztix-worker") != std::string::npos);
  CHECK(world.member("aa00000001").at("authorized") == true);
  const auto jobs = world.data({"jobs", "list", "--state", "ready"});
  CHECK(
      std::any_of(jobs.begin(), jobs.end(), [](const auto& job) { return job.at("kind") == "controller.reconcile"; }));
}

TEST_CASE("controller reconcile makes no network at a controller that does not own it") {
  Ready world;
  TempFolder other;
  lab::controller::SimulatorOptions options;
  options.home = other.path() + "/controller";
  const lab::controller::Simulator stranger(options);
  world.environment["ZT_CONTROLLER_BASE_URL"] = "http://127.0.0.1:" + std::to_string(stranger.port());
  world.environment["ZT_CONTROLLER_AUTH_TOKEN_FILE"] = world.secret_file("other", stranger.home().auth_token);
  const auto said = world.ztix({"controller", "reconcile"});
  CHECK(said.exit_code == kFailed);
  CHECK(said.err.find("belongs to controller") != std::string::npos);
  CHECK(std::filesystem::is_empty(stranger.home().folder / "controller.d" / "network"));
}

}  // namespace
}  // namespace ztix::test
