#include <csignal>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/faults/cell_run.h"
#include "tests/support/stopped_program.h"

namespace ztix::faults {

using test::eventually;

namespace {

constexpr std::chrono::seconds kUndoTakes{3};

}  // namespace

void CellRun::kill(WorkerProcess& victim) {
  if (!victim.kill()) wrong("the worker was gone before it was killed");
  verdict_.effect += "killed";
}

// Nobody works: what is armed must go away by itself, back to what was confirmed.
void CellRun::abandon(WorkerProcess& victim) {
  kill(victim);
  for (const auto& server : exchange_.route_servers()) {
    if (!eventually(times_.undo_after + seconds(3), [&] { return !exchange_.is_armed(server); })) {
      wrong(server + " is still armed after its timer");
    }
    const auto confirmed = exchange_.sql("SELECT confirmed_digest FROM route_server WHERE name = $1", {server})
                               .one()
                               .get<std::string>("confirmed_digest");
    // Not armed any more means that the undo has begun; until it has reconfigured, BIRD tells what it is leaving.
    const auto is_back = [&] { return exchange_.config_digest(server) == confirmed; };
    if (!eventually(kUndoTakes, is_back)) wrong(server + " runs an unconfirmed configuration after its timer");
  }
  check_boot_files();
  verdict_.effect += ", timer over";
}

// The victim sleeps until another one has taken up its work (or found it done), then goes on beside it.
void CellRun::pause(std::unique_ptr<WorkerProcess> victim) {
  auto other = start("b");
  const auto of = [](const WorkerProcess& worker) { return "%:" + std::to_string(worker.pid()) + ":%"; };
  const bool taken = eventually(patience(), [&] {
    return exchange_.number("SELECT count(*) AS n FROM job WHERE state = 'running' AND worker LIKE $1",
                            {of(*victim)}) == 0 &&
           (exchange_.number("SELECT count(*) AS n FROM job WHERE worker LIKE $1", {of(*other)}) > 0 ||
            is_at_rest(exchange_));
  });
  if (!taken) wrong("nobody took the paused worker's jobs over" + open_jobs(*other));
  wake(*victim);
  verdict_.effect += "taken over, then resumed";
  workers_.push_back(std::move(victim));
  workers_.push_back(std::move(other));
}

// Any thread of a worker that is stopped can be amidst its sending. The server's own time-outs do not act there, so the
// job stays locked until another worker ends that session.
void CellRun::silence(std::unique_ptr<WorkerProcess> victim) {
  const auto job = exchange_.number("SELECT min(id) AS n FROM job WHERE kind = 'rs.apply' AND state = 'running'");
  const auto stopped = test::StoppedProgram::while_sending(
      exchange_.worker_database(), "SELECT 1 FROM job WHERE id = " + std::to_string(job) + " FOR SHARE");
  pause(std::move(victim));
  const auto session = std::to_string(stopped.server_pid());
  if (!exchange_.superuser_sql("SELECT 1 FROM pg_stat_activity WHERE pid = " + session).empty()) {
    wrong("nobody ended the silent session");
  }
  verdict_.effect += ", silent session ended";
}

// The victim wakes up when everything is done, and believes that its job is still its own.
void CellRun::oversleep(std::unique_ptr<WorkerProcess> victim) {
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
void CellRun::wake(WorkerProcess& victim) {
  const auto runs = [](const std::string& log, std::string_view what) {
    std::size_t count = 0;
    for (auto at = log.find(what); at != std::string::npos; at = log.find(what, at + 1)) ++count;
    return count;
  };
  victim.resume();
  const bool ended = eventually(patience(), [&] {
    if (cell_.row.victim == Victim::command) return !victim.is_running();
    const auto log = victim.log();
    return runs(log, "\"job.started\"") <= runs(log, "\"job.finished\"");
  });
  if (!ended) wrong("the resumed worker's run does not end");
}

// As often as there are some: a worker that was stopped while it opened a connection has it only a moment later.
void CellRun::cut_database() {
  std::set<int> cut;
  const auto gone = eventually(seconds(5), [&] {
    const auto still_there = exchange_.superuser_sql(
        "SELECT pid, pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE usename = 'ztix_worker'");
    for (const auto row : still_there) cut.insert(row.get<int>("pid"));
    return still_there.empty();
  });
  if (cut.empty() || !gone) wrong("the worker kept its connections to PostgreSQL");
  verdict_.effect += std::to_string(cut.size()) + " connections ended";
}

void CellRun::flush_redis() {
  exchange_.redis({"SET", "faults:mark", "1"});
  exchange_.lab().flush_redis();
  if (exchange_.redis({"EXISTS", "faults:mark"}) != 0) wrong("Redis was not flushed");
  verdict_.effect += "flushed";
}

// SSH sessions belong to the sshd of a route server; its listener stays.
void CellRun::cut_ssh(WorkerProcess& victim) {
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
void CellRun::take_sshd_away(WorkerProcess& victim) {
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

void CellRun::strike(std::unique_ptr<WorkerProcess> victim) {
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
    case Fault::silence:
      return silence(std::move(victim));
    case Fault::oversleep:
      return oversleep(std::move(victim));
    case Fault::database:
      cut_database();
      victim->resume();
      break;
    case Fault::redis:
      flush_redis();
      victim->resume();
      if (cell_.row.victim == Victim::command) workers_.push_back(start("b"));
      break;
    case Fault::ssh:
      cut_ssh(*victim);
      break;
  }
  workers_.push_back(std::move(victim));
}

}  // namespace ztix::faults
