#include "tests/faults/cell.h"

#include <csignal>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/invariants.h"
#include "tests/faults/operations.h"

namespace ztix::faults {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::eventually;

/// How long a healthy worker may need until the exchange is at rest, beyond leases and timers.
constexpr milliseconds kPatience{30'000};

class Run {
 public:
  Run(Exchange& exchange, const Cell& cell, std::string label, Environment extra)
      : exchange_(exchange),
        cell_(cell),
        label_(std::move(label)),
        extra_(std::move(extra)),
        times_(cell.production_times ? Times::production() : Times{}) {}

  Verdict verdict();

 private:
  void go();
  std::unique_ptr<WorkerProcess> start(const std::string& role, Environment armed = {});
  std::unique_ptr<WorkerProcess> stopped_at(const std::string& role, std::string_view point, int nth);
  void look_at_armed();
  void check_boot_files();
  void strike(std::unique_ptr<WorkerProcess> victim);
  void kill(WorkerProcess& victim);
  void abandon(WorkerProcess& victim);
  void pause(std::unique_ptr<WorkerProcess> victim);
  void oversleep(std::unique_ptr<WorkerProcess> victim);
  void wake(WorkerProcess& victim);
  void cut_database();
  void flush_redis();
  void cut_ssh(WorkerProcess& victim);
  void take_sshd_away(WorkerProcess& victim);
  void await_rest();
  [[nodiscard]] milliseconds patience() const {
    return kPatience + 2 * times_.lease +
           (cell_.row.armed == Armed::yes ? milliseconds(times_.undo_after) : milliseconds(0));
  }
  void wrong(std::string what) { verdict_.wrong.push_back(std::move(what)); }

  Exchange& exchange_;
  const Cell& cell_;
  std::string label_;
  Environment extra_;
  Times times_;
  Verdict verdict_;
  Asked asked_;
  std::map<std::string, std::string> digests_before_;
  /// Whoever is alive at the end.
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
};

std::unique_ptr<WorkerProcess> Run::start(const std::string& role, Environment armed) {
  armed.insert(extra_.begin(), extra_.end());
  return exchange_.start_worker(label_ + "-" + role, times_, armed);
}

std::unique_ptr<WorkerProcess> Run::stopped_at(const std::string& role, std::string_view point, int nth) {
  auto worker = start(role, stop_at(std::string(point), nth));
  const auto has_stopped = [&] { return worker->has_stopped_at_point() || (asked_.is_settled(), false); };
  if (!eventually(patience(), has_stopped)) {
    throw std::runtime_error("no worker reached the point " + std::string(point));
  }
  return worker;
}

// While something unconfirmed runs, a restart of BIRD must still bring back what was confirmed. And a harmful cell
// counts only if the harm was real: the bad root runs while the worker stands at an armed point.
void Run::look_at_armed() {
  if (cell_.row.armed != Armed::yes) return;
  check_boot_files();
  if (cell_.row.operation != Operation::harmful) return;
  const auto bad = digest_of(exchange_, asked_.harmed_route_server, asked_.harmful_revision);
  if (bad.empty() || exchange_.config_digest(asked_.harmed_route_server) != bad) wrong("the bad root did not run");
  verdict_.effect += "bad root ran; ";
}

void Run::check_boot_files() {
  for (const auto& row : exchange_.sql("SELECT name, confirmed_file FROM route_server")) {
    const auto server = row.get<std::string>("name");
    if (exchange_.boot_root(server) != row.get<std::string>("confirmed_file")) {
      wrong(server + " would boot an unconfirmed configuration");
    }
  }
}

void Run::kill(WorkerProcess& victim) {
  if (!victim.kill()) wrong("the worker was gone before it was killed");
  verdict_.effect += "killed";
}

// Nobody works: what is armed must go away by itself, back to what was confirmed.
void Run::abandon(WorkerProcess& victim) {
  kill(victim);
  for (const auto& server : exchange_.route_servers()) {
    if (!eventually(times_.undo_after + seconds(3), [&] { return !exchange_.is_armed(server); })) {
      wrong(server + " is still armed after its timer");
    }
    const auto running = exchange_.config_digest(server);
    const auto confirmed = exchange_.sql("SELECT confirmed_digest FROM route_server WHERE name = $1", {server})
                               .one()
                               .get<std::string>("confirmed_digest");
    if (running != confirmed) wrong(server + " runs an unconfirmed configuration after its timer");
  }
  check_boot_files();
  verdict_.effect += ", timer over";
}

// The victim sleeps until another one has taken up its work (or found it done), then goes on beside it.
void Run::pause(std::unique_ptr<WorkerProcess> victim) {
  auto other = start("b");
  const auto of = [](const WorkerProcess& worker) { return "%:" + std::to_string(worker.pid()) + ":%"; };
  const bool taken = eventually(patience(), [&] {
    return exchange_.number("SELECT count(*) AS n FROM job WHERE state = 'running' AND worker LIKE $1",
                            {of(*victim)}) == 0 &&
           (exchange_.number("SELECT count(*) AS n FROM job WHERE worker LIKE $1", {of(*other)}) > 0 ||
            is_at_rest(exchange_));
  });
  if (!taken) wrong("nobody took the paused worker's jobs over");
  wake(*victim);
  verdict_.effect += "taken over, then resumed";
  workers_.push_back(std::move(victim));
  workers_.push_back(std::move(other));
}

// The victim wakes up when everything is done, and believes that its job is still its own.
void Run::oversleep(std::unique_ptr<WorkerProcess> victim) {
  auto other = start("b");
  if (!eventually(patience(), [&] { return asked_.is_settled() && is_at_rest(exchange_); })) {
    wrong("nobody did the paused worker's work");
  }
  wake(*victim);
  verdict_.effect += "woke up when all was done";
  workers_.push_back(std::move(victim));
  workers_.push_back(std::move(other));
}

// What a stale worker still does must be over before anybody looks: the end of its run is in its log.
void Run::wake(WorkerProcess& victim) {
  const auto runs = [](const std::string& log, std::string_view what) {
    std::size_t count = 0;
    for (auto at = log.find(what); at != std::string::npos; at = log.find(what, at + 1)) ++count;
    return count;
  };
  victim.resume();
  const bool ended = eventually(patience(), [&] {
    const auto log = victim.log();
    return runs(log, "\"job.started\"") <= runs(log, "\"job.finished\"");
  });
  if (!ended) wrong("the resumed worker's run does not end");
}

void Run::cut_database() {
  const auto cut = exchange_.superuser_sql(
      "SELECT pid, pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE usename = 'ztix_worker'");
  const auto gone = eventually(seconds(5), [&] {
    return exchange_.superuser_sql("SELECT 1 FROM pg_stat_activity WHERE usename = 'ztix_worker'").empty();
  });
  if (cut.empty() || !gone) wrong("the worker kept its connections to PostgreSQL");
  verdict_.effect += std::to_string(cut.size()) + " connections ended";
}

void Run::flush_redis() {
  exchange_.redis({"SET", "faults:mark", "1"});
  exchange_.lab().flush_redis();
  if (exchange_.redis({"EXISTS", "faults:mark"}) != 0) wrong("Redis was not flushed");
  verdict_.effect += "flushed";
}

// SSH sessions belong to the sshd of a route server; its listener stays.
void Run::cut_ssh(WorkerProcess& victim) {
  std::vector<pid_t> sessions;
  for (const auto& server : exchange_.route_servers()) {
    const auto found = exchange_.ssh_sessions(server);
    sessions.insert(sessions.end(), found.begin(), found.end());
  }
  if (sessions.empty()) return take_sshd_away(victim);
  for (const auto pid : sessions) ::kill(pid, SIGKILL);
  for (const auto pid : sessions) {
    if (!eventually(seconds(2), [&] { return !is_alive(pid); })) wrong("an SSH session survived");
  }
  verdict_.effect += std::to_string(sessions.size()) + " SSH processes ended";
  victim.resume();
}

// No session yet: the worker finds nobody at the door, until it has noticed or has no business there.
void Run::take_sshd_away(WorkerProcess& victim) {
  for (const auto& server : exchange_.route_servers()) {
    const auto listener = exchange_.listener(server);
    ::kill(exchange_.supervisor(server, "sshd"), SIGSTOP);
    ::kill(listener, SIGKILL);
    if (!eventually(seconds(2), [&] { return !is_alive(listener); })) wrong("sshd of " + server + " survived");
  }
  victim.resume();
  const bool noticed = eventually(seconds(5), [&] {
    return exchange_.number(
               "SELECT count(*) AS n FROM job WHERE kind = 'rs.apply' AND last_error <> '' "
               "AND state IN ('ready', 'running')") > 0 ||
           is_at_rest(exchange_);
  });
  for (const auto& server : exchange_.route_servers()) ::kill(exchange_.supervisor(server, "sshd"), SIGCONT);
  verdict_.effect += noticed ? "sshd was away" : "sshd was away for 5 s";
}

void Run::strike(std::unique_ptr<WorkerProcess> victim) {
  switch (cell_.fault) {
    case Fault::kill:
      kill(*victim);
      workers_.push_back(start("b"));
      return;
    case Fault::abandon:
      abandon(*victim);
      workers_.push_back(start("b"));
      return;
    case Fault::pause:
      return pause(std::move(victim));
    case Fault::oversleep:
      return oversleep(std::move(victim));
    case Fault::database:
      cut_database();
      victim->resume();
      break;
    case Fault::redis:
      flush_redis();
      victim->resume();
      break;
    case Fault::ssh:
      cut_ssh(*victim);
      break;
  }
  workers_.push_back(std::move(victim));
}

void Run::await_rest() {
  bool settled = false;
  const bool rest = eventually(patience(), [&] { return (settled = asked_.is_settled()) && is_at_rest(exchange_); });
  if (!settled) wrong("what was asked for did not happen");
  if (!rest) wrong("the exchange did not come to rest");
}

void Run::go() {
  asked_ = ask_for(exchange_, cell_.row.operation);
  auto before = baseline(exchange_);
  std::erase_if(before.uptimes, [&](const auto& session) {
    return !asked_.disturbed_route_server.empty() && session.first.starts_with(asked_.disturbed_route_server + " ");
  });
  if (!cell_.row.after_crash_at.empty()) stopped_at("a0", cell_.row.after_crash_at, 1)->kill();
  auto victim = stopped_at("a", cell_.row.point, cell_.row.nth);
  look_at_armed();
  strike(std::move(victim));
  await_rest();
  if (asked_.clean_up) {
    asked_.clean_up();
    if (!eventually(patience(), [&] { return is_at_rest(exchange_); })) wrong("the clean-up did not come to rest");
  }
  for (auto& what : violations(exchange_, before, asked_.harmful_revision == 0 ? 0 : 1)) wrong(std::move(what));
}

Verdict Run::verdict() {
  const auto started = std::chrono::steady_clock::now();
  try {
    go();
  } catch (const std::exception& failure) {
    wrong(failure.what());
  }
  for (auto& worker : workers_) worker->stop();
  verdict_.took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
  return std::move(verdict_);
}

}  // namespace

Verdict run_cell(Exchange& exchange, const Cell& cell, const std::string& label, const Environment& extra) {
  return Run(exchange, cell, label, extra).verdict();
}

}  // namespace ztix::faults
