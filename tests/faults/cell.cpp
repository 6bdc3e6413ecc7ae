#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/cell_run.h"

namespace ztix::faults {

using test::eventually;

std::unique_ptr<WorkerProcess> CellRun::start(const std::string& role, Environment armed) {
  armed.insert(extra_.begin(), extra_.end());
  armed.insert(asked_.environment.begin(), asked_.environment.end());
  return exchange_.start_worker(label_ + "-" + role, times_, armed);
}

std::string CellRun::open_jobs(WorkerProcess& worker) {
  std::string text = worker.is_running() ? "" : " (the worker has ended)";
  for (const auto row :
       exchange_.sql("SELECT kind || ' of ' || subject || ' ' || state || ' since step \"' || last_step "
                     "|| '\", worker ' || worker || ', lease until ' || "
                     "coalesce(lease_until::text, '-') || ', due ' || run_at AS job FROM job "
                     "WHERE state IN ('ready', 'running') ORDER BY id")) {
    text += "\n          " + row.get<std::string>("job");
  }
  return text;
}

std::unique_ptr<WorkerProcess> CellRun::stopped_at(const std::string& role, std::string_view point, int nth) {
  auto worker = start(role, stop_at(std::string(point), nth));
  const auto has_stopped = [&] { return worker->has_stopped_at_point() || (asked_.is_settled(), false); };
  if (!eventually(patience(), has_stopped)) {
    throw std::runtime_error("no worker reached the point " + std::string(point) + open_jobs(*worker));
  }
  return worker;
}

std::unique_ptr<WorkerProcess> CellRun::victim_at_point() {
  const auto& row = cell_.row;
  if (row.victim == Victim::worker) return stopped_at("a", row.point, row.nth);
  auto person = exchange_.start_command(label_ + "-a", asked_.command, stop_at(std::string(row.point), row.nth));
  if (!eventually(patience(), [&] { return person->has_stopped_at_point(); })) {
    throw std::runtime_error("no command reached the point " + std::string(row.point));
  }
  return person;
}

// A harmful cell counts only if the harm was real. The bad root may be gone again when a worker stands at its point
// (BIRD's timer is short), so it is looked for all the time.
void CellRun::watch_harm() {
  if (asked_.harmful_revision != 0) harm_ = std::make_unique<RootWatch>(exchange_.lab(), asked_.harmed_route_server);
}

void CellRun::look_at_harm() {
  if (!harm_) return;
  const auto bad = digest_of(exchange_, asked_.harmed_route_server, asked_.harmful_revision);
  if (bad.empty() || !harm_->has_seen(bad)) wrong("the bad root did not run");
  verdict_.effect += ", bad root ran";
}

void CellRun::check_boot_files() {
  for (const auto& row : exchange_.sql("SELECT name, confirmed_file FROM route_server")) {
    const auto server = row.get<std::string>("name");
    if (exchange_.boot_root(server) != row.get<std::string>("confirmed_file")) {
      wrong(server + " would boot an unconfirmed configuration");
    }
  }
}

void CellRun::await_rest() {
  bool settled = false;
  const bool rest = eventually(patience(), [&] { return (settled = asked_.is_settled()) && is_at_rest(exchange_); });
  if (!settled) wrong("what was asked for did not happen");
  if (!rest) wrong("the exchange did not come to rest");
}

void CellRun::go() {
  asked_ = ask_for(exchange_, cell_.row.operation);
  auto before = baseline(exchange_);
  std::erase_if(before.uptimes, [&](const auto& session) {
    return std::any_of(asked_.disturbed.begin(), asked_.disturbed.end(),
                       [&](const auto& part) { return session.first.find(part) != std::string::npos; });
  });
  watch_harm();
  if (!cell_.row.after_crash_at.empty()) {
    stopped_at("a0", cell_.row.after_crash_at, 1)->kill();
    if (asked_.after_crash) asked_.after_crash();
  }
  auto victim = victim_at_point();
  // While something unconfirmed runs, a restart of BIRD must still bring back what was confirmed.
  if (cell_.row.armed == Armed::yes) check_boot_files();
  strike(std::move(victim));
  await_rest();
  look_at_harm();
  if (asked_.clean_up) {
    asked_.clean_up();
    if (!eventually(patience(), [&] { return is_at_rest(exchange_); })) wrong("the clean-up did not come to rest");
  }
  for (auto& what : violations(exchange_, before, asked_.harmful_revision == 0 ? 0 : 1)) wrong(std::move(what));
}

Verdict CellRun::verdict() {
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

Verdict run_cell(Exchange& exchange, const Cell& cell, const std::string& label, const Environment& extra) {
  return CellRun(exchange, cell, label, extra).verdict();
}

}  // namespace ztix::faults
