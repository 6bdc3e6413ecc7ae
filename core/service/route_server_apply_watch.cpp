#include <algorithm>
#include <iterator>
#include <set>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/freeze.h"
#include "core/service/route_server_apply.h"
#include "core/service/session_limits.h"
#include "core/service/wanted_sessions.h"

/// What an apply does beside applying: limits and hands that it meets, files that were damaged, sessions to give back.

namespace ztix::service {
namespace {

/// What the host keeps down although the configuration that runs, and the newest one, want it up.
std::set<std::string> held_but_wanted(const ApplyRun& run, const domain::ConfigSnapshot& newest) {
  const auto running = wanted_sessions(run.wanted.snapshot);
  const auto wanted = wanted_sessions(newest);
  const auto is_up_in = [](const auto& sessions, const std::string& name) {
    const auto found = sessions.find(name);
    return found != sessions.end() && found->second.state == domain::AdminState::enabled;
  };
  std::set<std::string> names;
  for (const auto& name : run.probe.kept_down) {
    if (is_up_in(running, name) && is_up_in(wanted, name)) names.insert(name);
  }
  return names;
}

}  // namespace

// Before anything is armed: arming starts sessions that BIRD has closed (measured). What is written down makes a newer
// revision, and this run goes on with that one.
Status RouteServerApply::write_limits_down(ApplyRun& run) {
  const auto& confirmed = run.subject.confirmed;
  const auto& protocols = run.probe.protocols;
  if (!confirmed || run.probe.running_digest != confirmed->config_digest) return {};
  if (std::none_of(protocols.begin(), protocols.end(), is_closed_by_limit)) return {};
  ZTIX_ASSIGN(const auto running, store_.snapshot(run.name, confirmed->revision));
  crash_point("A1-limits.before");
  ZTIX_ASSIGN(const bool is_new, store_.record_limits(run.job, run.name, tripped_sessions(running, run.probe)));
  if (is_new) {
    crash_point("A1-limits.after");
    ZTIX_CHECK(target(run));
  }
  return {};
}

// A2: files that somebody edited or deleted are stored again, as long as BIRD runs what was confirmed: for whoever uses
// the route server nothing changes. Settling them as the boot file is the next step's work.
Status RouteServerApply::repair_files(ApplyRun& run) {
  const auto& confirmed = run.subject.confirmed;
  const bool runs_confirmed = confirmed && run.probe.running_digest == confirmed->config_digest;
  if (run.probe.damaged.empty() || !runs_confirmed || !run.subject.frozen.empty()) return {};
  ZTIX_CHECK(progress(run, "A2 repair", domain::DeliveryState::checking));
  ZTIX_ASSIGN(const auto config, confirmed_config(run));
  const std::set<std::string> damaged(run.probe.damaged.begin(), run.probe.damaged.end());
  std::vector<std::string> contents;
  for (const auto& object : config->rendered.objects) {
    if (damaged.contains(object->digest)) contents.push_back(object->text);
  }
  if (damaged.contains(config->rendered.root_digest)) contents.push_back(config->rendered.root);
  if (contents.empty()) return {};
  crash_point("A2-repair.before");
  ZTIX_CHECK(run.host->put(run.who, contents));
  crash_point("A2-repair.after");
  log::info("route_server.files_repaired", {{"route_server", run.name}, {"files", contents.size()}});
  return observe(run);
}

// A session switched off by command stays off through every arm, for the host keeps it in a list; so what shall be up
// again has to be switched on. Whoever is suspended meanwhile is switched off by the suspension itself, or here: what
// is wanted is read once more after the effect.
Status RouteServerApply::enable_held(ApplyRun& run) {
  if (run.probe.kept_down.empty()) return {};
  ZTIX_ASSIGN(const auto before, store_.subject(run.name));
  const auto names = held_but_wanted(run, before.newest);
  if (names.empty()) return {};
  crash_point("A11-enable.before");
  ZTIX_CHECK(run.host->enable(run.who, {names.begin(), names.end()}));
  crash_point("A11-enable.after");
  ZTIX_ASSIGN(const auto after, store_.subject(run.name));
  const auto still = held_but_wanted(run, after.newest);
  std::vector<std::string> again;
  std::set_difference(names.begin(), names.end(), still.begin(), still.end(), std::back_inserter(again));
  return again.empty() ? Status() : run.host->disable(run.who, again);
}

// Under a freeze only what takes away. Snapshots do not show what another version of this program writes otherwise:
// that is seen by what it makes of the confirmed one.
bool RouteServerApply::may_apply(ApplyRun& run) {
  if (run.subject.frozen.empty()) return true;
  const auto confirmed = confirmed_config(run);
  if (confirmed && *confirmed && (*confirmed)->rendered.ztix_digest == run.subject.confirmed->config_digest &&
      only_takes_away((*confirmed)->snapshot, run.wanted.snapshot)) {
    return true;
  }
  log::info("route_server.frozen", {{"route_server", run.name}, {"reason", run.subject.frozen}});
  return false;
}

// Ours does not run any more although its time was not over and BIRD is the same: somebody typed `configure`. It makes
// no difference to the run, which undoes and starts over, but people shall know.
void RouteServerApply::note_interference(ApplyRun& run) {
  const auto now = run.host->probe(run.who);
  const bool is_early = clock_.monotonic() - run.armed_at < settings_.undo_after;
  if (!now || !now->bird_up || now->armed || !is_early || now->bird_started != run.probe.bird_started) return;
  const auto wanted = std::to_string(run.wanted.rendered.revision);
  const Difference difference{
      domain::DriftKind::configured_by_hand, "",
      "- armed: revision " + wanted + "\n+ not armed, running: revision " + std::to_string(now->running_revision)};
  log::warn("drift.found", {{"target", "route_server:" + run.name}, {"diff", difference.diff}});
  if (const auto noted = store_.note_drift(run.job, run.name, difference); !noted) {
    log::warn("drift.not_noted", {{"route_server", run.name}, {"error", noted.error().message}});
  }
}

}  // namespace ztix::service
