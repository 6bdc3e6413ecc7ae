#include "core/service/route_server_watch.h"

#include <algorithm>
#include <chrono>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/bird_time.h"
#include "core/service/drift_log.h"
#include "core/service/job_outcome.h"
#include "core/service/session_limits.h"

namespace ztix::service {
namespace {

using domain::DriftKind;

std::string target_of(const std::string& name) { return "route_server:" + name; }

/// Whole seconds of a time as BIRD prints it; 0 for any other form.
std::chrono::seconds seconds_of(const std::string& text) {
  return std::chrono::floor<std::chrono::seconds>(bird_time(text).value_or(std::chrono::milliseconds(0)));
}

// Only an apply may write files; it is asked once per difference, so that what it cannot put right (a link that is
// root's) does not make it run for ever.
std::optional<NewJob> apply_for_files(const Job& look, const ConfirmedHost& confirmed, const HostProbe& probe,
                                      const std::vector<Difference>& fresh) {
  const bool helps = std::any_of(fresh.begin(), fresh.end(),
                                 [&](const auto& each) { return is_repaired_by_files(confirmed, probe, each); });
  if (!helps) return std::nullopt;
  return NewJob{.kind = "rs.apply",
                .subject = look.subject,
                .want_revision = confirmed.root.revision,
                .priority = 1,
                .delay = std::chrono::milliseconds(0),
                .trace_id = look.trace_id};
}

}  // namespace

JobOutcome RouteServerWatch::run(const Job& job) {
  const auto name = subject_name(job);
  const auto subject = ports_.apply.subject(name);
  if (!subject) return job_snoozed(interval_, subject.error().message);
  if (!domain::takes_applies(subject->state)) return job_done();
  const auto looked = look(job, name, *subject);
  // A higher fence is an apply that began meanwhile; it looks by itself.
  if (looked || looked.error().code == ErrorCode::fenced) return job_snoozed(interval_, "");
  auto outcome = job_snoozed(interval_, looked.error().message);
  outcome.target_unreachable = is_transient(looked.error().code);
  return outcome;
}

Status RouteServerWatch::look(const Job& job, const std::string& name, const ApplySubject& subject) {
  ZTIX_ASSIGN(const bool was_settled, ports_.watch.is_settled(job, name));
  const HostCredential who{subject.installation, job.target_fence, std::to_string(job.id)};
  ZTIX_ASSIGN(const auto host, ports_.hosts.connect(subject.endpoint));
  ZTIX_ASSIGN(const auto probe, host->probe(who));
  ZTIX_CHECK(ports_.apply.record_probe(job, name, probe));
  ZTIX_CHECK(ports_.watch.record_sessions(job, name, probe));
  if (!subject.confirmed) return {};
  ZTIX_ASSIGN(auto snapshot, ports_.apply.snapshot(name, subject.confirmed->revision));
  const ConfirmedHost confirmed{*subject.confirmed, std::move(snapshot)};
  const bool runs_confirmed = probe.running_digest == confirmed.root.config_digest && !probe.armed;
  if (runs_confirmed) {
    const auto sessions = tripped_sessions(confirmed.snapshot, probe);
    if (!sessions.empty()) crash_point("watch-limits.before");
    ZTIX_ASSIGN(const bool tripped, ports_.apply.record_limits(job, name, sessions));
    if (tripped) {
      crash_point("watch-limits.after");
      log::warn("session.limit_tripped", {{"route_server", name}});
    }
  }
  ZTIX_ASSIGN(const bool is_settled, ports_.watch.is_settled(job, name));
  if (!was_settled || !is_settled) return {};
  return judge(job, name, confirmed, probe, *host, who);
}

Status RouteServerWatch::judge(const Job& job, const std::string& name, const ConfirmedHost& confirmed,
                               const HostProbe& probe, RouteServerHost& host, const HostCredential& who) {
  auto found = host_differences(confirmed, probe);
  if (was_configured_by_hand(name, probe, job.target_fence)) {
    found.push_back({DriftKind::configured_by_hand, "",
                     "- configured by applies only\n+ configured at " + probe.last_reconfigured});
  }
  crash_point("drift-record.before");
  ZTIX_ASSIGN(const auto fresh, ports_.drift.record(job, target_of(name), found, [&](const auto& new_ones) {
    return apply_for_files(job, confirmed, probe, new_ones);
  }));
  crash_point("drift-record.after");
  log_drift(target_of(name), fresh);
  return switch_off(job, name, found, host, who);
}

Status RouteServerWatch::switch_off(const Job& job, const std::string& name, const std::vector<Difference>& found,
                                    RouteServerHost& host, const HostCredential& who) {
  const auto names = sessions_to_switch_off(found);
  if (names.empty()) return {};
  crash_point("drift-disable.before");
  ZTIX_CHECK(host.disable(who, names));
  crash_point("drift-disable.after");
  for (const auto& difference : found) {
    if (difference.kind != DriftKind::session_enabled) continue;
    ZTIX_CHECK(ports_.drift.repaired(job, target_of(name), difference, "disabled again"));
  }
  return {};
}

// BIRD works the time out anew for each answer, so it wavers by some microseconds; a whole second is a new one.
bool RouteServerWatch::was_configured_by_hand(const std::string& name, const HostProbe& probe, std::int64_t fence) {
  if (!probe.bird_up) return false;
  const Rest now{fence, probe.bird_started, probe.last_reconfigured};
  return at_rest_.with([&](auto& all) {
    const auto found = all.find(name);
    const bool comparable =
        found != all.end() && found->second.fence == now.fence && found->second.bird_started == now.bird_started;
    const bool moved = comparable && seconds_of(now.last_reconfigured) >
                                         seconds_of(found->second.last_reconfigured) + std::chrono::seconds(1);
    all.insert_or_assign(name, now);
    return moved;
  });
}

}  // namespace ztix::service
