// From the commit of an approval to the worker's first step, on an idle system: the real worker program, a private
// PostgreSQL with every commit on the disk, a private Redis, the lab's controller. Approvals go one after another, each
// when nothing has happened for a while.
//
//   bench_latency              250 approvals
//   bench_latency --count N
//
// What the goal is about: from the moment the approval's commit is acknowledged, so that it is on the disk, until the
// transaction of the worker's first step (it reserves the member's addresses) begins. The claim of the job lies in
// between; it reaches the disk with that step (docs/decisions/0017-claims-do-not-wait-for-the-disk.md). Both moments
// are read from the clock of this machine, here and by PostgreSQL's now().
//
// Beside it, by the database's clock alone: PostgreSQL notes when each transaction commits (track_commit_timestamp,
// taken before the disk is waited for). A trigger of this benchmark writes a row in the worker's own transactions, so
// that their commits can be told apart: the claim, the first step, and the first that goes to the controller
// (`authorize`). Each is compared with the commit of the approval's audit row.

#include <chrono>
#include <cstdio>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "bench/support/contest.h"
#include "bench/support/report.h"
#include "bench/support/run.h"

#include "core/fabric/provider.h"
#include "core/service/wanted_network.h"
#include "core/store/account_store.h"
#include "core/store/network_store.h"
#include "core/store/request_store.h"
#include "lab/controller/simulator.h"
#include "tests/support/checkout.h"

using namespace ztix;
using namespace std::chrono_literals;

namespace {

constexpr int kApprovals = 250;
constexpr auto kQuiet = 50ms;
constexpr auto kTimeout = 30s;
constexpr auto kSettled = 6s;  // after its start a worker has opened its connections (keep_warm)
constexpr double kGoal = 5;    // p99, milliseconds

/// As little as can be: it runs within the time that is measured, so it must neither read a table nor be planned anew.
constexpr const char* kTrigger[] = {
    "CREATE TABLE bench_step (who text NOT NULL, step text NOT NULL, begun_at timestamptz NOT NULL DEFAULT now()) "
    "WITH (autovacuum_enabled = off)",
    "CREATE FUNCTION bench_note_reservation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
    "INSERT INTO bench_step (who, step) VALUES (NEW.asn, 'reserved'); RETURN NULL; END $$",
    "CREATE FUNCTION bench_note_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
    "INSERT INTO bench_step (who, step) VALUES (NEW.subject, CASE WHEN NEW.last_step = OLD.last_step THEN NEW.state "
    "ELSE NEW.last_step END); RETURN NULL; END $$",
    "CREATE TRIGGER bench AFTER INSERT ON address FOR EACH ROW EXECUTE FUNCTION bench_note_reservation()",
    "CREATE TRIGGER bench AFTER UPDATE ON job FOR EACH ROW WHEN (NEW.state <> OLD.state OR NEW.last_step <> "
    "OLD.last_step) EXECUTE FUNCTION bench_note_job()",
};

/// $1 step: from the approval's commit to that of the step, for each member.
constexpr const char* kTimes =
    "SELECT (extract(epoch FROM pg_xact_commit_timestamp(s.xmin) - pg_xact_commit_timestamp(a.xmin)) * "
    "1000000)::bigint "
    "AS microseconds "
    "FROM bench_step s JOIN request r ON s.who IN (r.asn::text, 'membership:' || r.membership) "
    "JOIN audit a ON a.subject_id = r.id::text AND a.action = 'request.approved' WHERE s.step = $1";

/// When the transaction of a member's first step began: microseconds since 1970.
constexpr const char* kBegun =
    "SELECT (extract(epoch FROM min(begun_at)) * 1000000)::bigint AS microseconds FROM bench_step "
    "WHERE step = 'reserved' AND who = $1::bigint::text";

const service::Actor kRoot{service::ActorKind::cli, std::nullopt, "root", "", "bench"};

/// The value of a call that must succeed.
template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
  return std::move(result).value();
}

void note_commit_times() {
  auto& server = test::TestServer::instance();
  store::Connection(server.superuser()).run_script("ALTER SYSTEM SET track_commit_timestamp = on", "bench");
  server.stop();
  server.start(test::TestServer::Disk::safe);
}

class Exchange {
 public:
  explicit Exchange(bench::Contest& contest)
      : contest_(contest),
        controller_(simulator_options()),
        network_(domain::ZtNetworkId::parse(controller_.home().address + "000001").value()) {
    for (const char* statement : kTrigger) contest_.database().sql(statement);
    store::Database owner(contest_.database().settings());
    const auto network = checked(store::PgNetworkStore(owner).add_network(
        {network_, "berlin", "Berlin", std::nullopt, Prefix::parse("2001:db8:1::/64").value(), std::nullopt,
         domain::Admission::open, domain::Asn::from_number(64500).value()},
        kRoot));
    const auto provider = fabric::make_provider({false, url(), SecretString(controller_.home().auth_token)});
    const auto made = provider.fabric->ensure_network(service::wanted_network(network), true, [] { return true; });
    if (!made) throw std::runtime_error(made.error().message);
    const auto user = checked(store::PgAccountStore(owner).create_user({"alice", "$argon2id$none", {}, {}, {}}, kRoot));
    command_ = {{service::ActorKind::user, user.id, "alice", "192.0.2.1", "bench"}, std::nullopt};
  }

  /// The worker program as it is installed, with the settings that it starts with anywhere, when it has nothing more to
  /// do.
  bench::ProcessGroup worker() {
    bench::ProcessGroup group{{{"DATABASE_URL", contest_.database().url("ztix_worker")},
                               {"REDIS_URL", contest_.redis_url()},
                               {"ZT_CONTROLLER_BASE_URL", url()},
                               {"ZT_CONTROLLER_AUTH_TOKEN", controller_.home().auth_token},
                               {"ROUTE_SERVER_SSH_PRIVATE_KEY_PATH", contest_.folder() + "/no-route-servers"}},
                              {test::in_build("bin/ztix-worker")},
                              contest_.folder() + "/worker.log"};
    wait_for("the worker does not listen", [this] { return is_listening(); });
    std::this_thread::sleep_for(kSettled);
    return group;
  }

  /// Milliseconds from the acknowledged commit to the beginning of the worker's first step.
  double approve_one(int number) {
    const auto asn = domain::Asn::from_number(static_cast<std::uint32_t>(1'000'000 + number)).value();
    char node[11];
    std::snprintf(node, sizeof node, "b%09x", static_cast<unsigned>(number));
    const auto request = checked(requests_.create(
        {asn, network_, domain::NodeId::parse(node).value(), false, "We would like to peer."}, command_));
    wait_until_idle(number);
    checked(requests_.approve(request.id, command_));
    const auto acknowledged = std::chrono::system_clock::now().time_since_epoch();
    wait_until_idle(number + 1);
    const std::chrono::microseconds begun(
        contest_.database().sql(kBegun, {asn}).one().get<std::int64_t>("microseconds"));
    return std::chrono::duration<double, std::milli>(begun - acknowledged).count();
  }

  std::vector<double> times(const std::string& step) {
    std::vector<double> times;
    for (const auto& row : contest_.database().sql(kTimes, {step})) {
      times.push_back(static_cast<double>(row.get<std::int64_t>("microseconds")) / 1000);
    }
    return times;
  }

 private:
  lab::controller::SimulatorOptions simulator_options() const {
    lab::controller::SimulatorOptions options;
    options.home = contest_.folder() + "/controller";
    return options;
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(controller_.port()); }

  /// So many members were provisioned, and nothing has happened since for a while. Nobody looks in the beginning: that
  /// would be work on a system that is to be idle.
  void wait_until_idle(int members) {
    wait_for("a member was not provisioned", [&] { return provisioned() >= members; });
  }

  /// Looks now and then, and lets some time pass before the first look and after the last.
  void wait_for(const std::string& failure, const std::function<bool()>& came) {
    const auto deadline = std::chrono::steady_clock::now() + kTimeout;
    std::this_thread::sleep_for(kQuiet);
    while (!came()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error(failure + ": " + test::read_file(contest_.folder() + "/worker.log"));
      std::this_thread::sleep_for(kQuiet);
    }
    std::this_thread::sleep_for(kQuiet);
  }

  bool is_listening() {
    return !contest_.database()
                .sql("SELECT 1 FROM pg_stat_activity WHERE application_name LIKE '%listener' AND state = 'idle'")
                .empty();
  }

  int provisioned() {
    const auto row =
        contest_.database()
            .sql("SELECT count(*)::int AS count FROM job WHERE kind = 'member.provision' AND state = 'done'")
            .one();
    return row.get<int>("count");
  }

  bench::Contest& contest_;
  lab::controller::Simulator controller_;
  domain::ZtNetworkId network_;
  store::Database app_{contest_.database().settings("ztix_app")};
  store::PgRequestStore requests_{app_};
  service::Command command_;
};

std::vector<double> bullmq_times(bench::Contest& contest, int count) {
  const auto worker = contest.bullmq_worker(1, {});
  std::istringstream lines(contest.bullmq_latency(count));
  std::vector<double> times;
  for (double microseconds = 0; lines >> microseconds;) times.push_back(microseconds / 1000);
  return times;
}

bool report(Exchange& exchange, const std::vector<double>& first) {
  std::printf("%zu approvals, one after another, each on an idle system\n", first.size());
  std::printf("from the acknowledged commit to the beginning of the first step: %s\n",
              bench::percentiles(first, "ms").c_str());
  bench::print_histogram(first, 0.5, "ms");
  std::printf("by commit times, from the commit of the approval to the commit of\n");
  for (const auto& [step, name] : {std::pair{"running", "the claim of its job"},
                                   {"reserved", "the first step (addresses reserved)"},
                                   {"authorize", "the step that writes to the controller"}}) {
    std::printf("  %-40s %s\n", name, bench::percentiles(exchange.times(step), "ms").c_str());
  }
  const bool good = bench::quantile(first, 0.99) <= kGoal;
  std::printf("goal: p99 of the first step <= %.0f ms: %s\n", kGoal, bench::reached(good));
  return good;
}

int measure(int count) {
  bench::Contest contest;
  note_commit_times();
  Exchange exchange(contest);
  sync();  // a machine that still writes what was set up before is not idle
  bool good = false;
  {
    const auto worker = exchange.worker();
    // Not counted: it waits until PostgreSQL has compiled the triggers that measure.
    exchange.approve_one(0);
    std::vector<double> first;
    for (int number = 1; number <= count; ++number) first.push_back(exchange.approve_one(number));
    good = report(exchange, first);
  }
  std::printf("BullMQ, from the call of add() to the start of the job: %s\n",
              bench::percentiles(bullmq_times(contest, count), "ms").c_str());
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--count", kApprovals}, measure); }
