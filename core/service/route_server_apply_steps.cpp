#include <algorithm>
#include <set>

#include "core/base/crash_point.h"
#include "core/domain/admin_state.h"
#include "core/log/log.h"
#include "core/service/apply_judgement.h"
#include "core/service/job_outcome.h"
#include "core/service/route_server_apply.h"

/// A4–A11: put, check, arm, confirm, persist, commit; A8 verify is in route_server_apply_verify.cpp.

namespace ztix::service {
namespace {

constexpr std::chrono::milliseconds kRetryAfterHarm{5'000};
constexpr int kHarmsUntilQuarantine = 2;
/// Old roots are cleared away now and then, not with every apply.
constexpr domain::Revision kRevisionsBetweenClearing = 16;

RenderedRoot root_of(const render::RenderedConfig& config) {
  return {config.revision, config.root_digest, config.ztix_digest, false};
}

}  // namespace

// A4 and A5, unless the same BIRD has taken this very root already. false: as check() says.
Result<bool> RouteServerApply::bring(ApplyRun& run) {
  const auto mark = run.wanted.rendered.root_digest + " " + run.probe.bird_started;
  if (checked_.with([&](auto& marks) { return marks[run.name] == mark; })) return true;
  ZTIX_CHECK(upload(run));
  ZTIX_ASSIGN(const bool accepted, check(run));
  if (accepted) checked_.with([&](auto& marks) { marks[run.name] = mark; });
  return accepted;
}

// A4: no effect yet. The root is on record before it is on a host, so that whoever finds it there knows it.
Status RouteServerApply::upload(ApplyRun& run) {
  ZTIX_CHECK(progress(run, "A4 put", domain::DeliveryState::checking));
  crash_point("A4.before");
  ZTIX_CHECK(store_.record_root(run.job, run.name, root_of(run.wanted.rendered)));
  ZTIX_CHECK(put_missing(run, run.wanted.rendered));
  crash_point("A4.after");
  return {};
}

// Objects that the host need not be asked for: of what runs, the probe names each file that is gone or damaged.
Result<std::set<std::string>> RouteServerApply::objects_there(ApplyRun& run) {
  std::set<std::string> there;
  if (run.probe.running_root.empty() || !run.probe.damaged.empty()) return there;
  ZTIX_ASSIGN(const auto confirmed, confirmed_config(run));
  if (!confirmed || confirmed->rendered.ztix_digest != run.probe.running_digest) return there;
  for (const auto& object : confirmed->rendered.objects) there.insert(object->digest);
  return there;
}

Status RouteServerApply::put_missing(ApplyRun& run, const render::RenderedConfig& config) {
  ZTIX_ASSIGN(const auto there, objects_there(run));
  std::vector<std::string> digests{config.root_digest};
  for (const auto& object : config.objects) {
    if (!there.contains(object->digest)) digests.push_back(object->digest);
  }
  ZTIX_ASSIGN(const auto missing, run.host->missing(run.who, digests));
  if (missing.empty()) return {};
  const std::set<std::string> lacking(missing.begin(), missing.end());
  std::vector<std::string> contents;
  for (const auto& object : config.objects) {
    if (lacking.contains(object->digest)) contents.push_back(object->text);
  }
  if (lacking.contains(config.root_digest)) contents.push_back(config.root);
  ZTIX_CHECK(run.host->put(run.who, contents));
  return {};
}

// A5. false: what is refused was taken out of the newest revision; start over from there.
Result<bool> RouteServerApply::check(ApplyRun& run) {
  ZTIX_CHECK(progress(run, "A5 check", domain::DeliveryState::checking));
  crash_point("A5.before");
  ZTIX_ASSIGN(const auto verdict, run.host->check(run.who, run.wanted.rendered.root_digest));
  crash_point("A5.after");
  if (verdict.ok) return true;
  log::warn("revision.refused", {{"route_server", run.name},
                                 {"revision", run.wanted.rendered.revision},
                                 {"file", verdict.file},
                                 {"line", verdict.line},
                                 {"message", verdict.message}});
  ZTIX_CHECK(blame_templates(run, "BIRD refuses it: " + verdict.message));
  ZTIX_ASSIGN(const bool held, hold_culprits(run));
  if (!held) ZTIX_CHECK(take_back(run, "BIRD refuses it: " + verdict.message));
  return false;
}

// BIRD blames the wrong file for an unclosed block (measured), so each changed object is checked alone in a skeleton.
Result<bool> RouteServerApply::hold_culprits(ApplyRun& run) {
  ZTIX_ASSIGN(const auto before, confirmed_config(run));
  std::set<std::string> good;
  if (before) {
    for (const auto& object : before->rendered.objects) good.insert(object->digest);
  }
  bool held = false;
  for (const auto& object : run.wanted.rendered.objects) {
    if (good.contains(object->digest)) continue;
    const auto skeleton = render::render_skeleton(run.subject.newest, object);
    ZTIX_CHECK(run.host->put(run.who, {skeleton.root}));
    ZTIX_ASSIGN(const auto alone, run.host->check(run.who, skeleton.root_digest));
    if (alone.ok) continue;
    ZTIX_CHECK(hold(run, object->membership_id, alone));
    held = true;
  }
  return held;
}

// The hold names file, line and member, so that a person finds all three without looking anything up.
Status RouteServerApply::hold(ApplyRun& run, std::int64_t membership_id, const CheckVerdict& verdict) {
  const auto& members = run.subject.newest.memberships;
  const auto culprit =
      std::find_if(members.begin(), members.end(), [&](const auto& each) { return each.id == membership_id; });
  if (culprit == members.end()) {
    return fail(ErrorCode::internal, "A refused object belongs to no membership of this revision.");
  }
  const auto message = member_name(*culprit) + ": " + verdict.message;
  log::warn(
      "membership.held",
      {{"member", member_name(*culprit)}, {"file", verdict.file}, {"line", verdict.line}, {"error", verdict.message}});
  crash_point("A5-hold.before");
  ZTIX_CHECK(store_.hold_membership(run.job, {culprit->id, culprit->version, verdict.file, verdict.line, message}));
  crash_point("A5-hold.after");
  return {};
}

// A6 and A7: the intent is committed before the effect.
Status RouteServerApply::arm(ApplyRun& run) {
  crash_point("A6.before");
  ZTIX_CHECK(progress(run, "A6 intent", domain::DeliveryState::armed));
  ZTIX_CHECK(forecasts_.record_baseline(run.job, run.name, run.baseline));
  crash_point("A6.after");
  run.armed_at = clock_.monotonic();
  checked_.with([&](auto& marks) { marks.erase(run.name); });
  ZTIX_CHECK(run.host->arm(run.who, run.wanted.rendered.root_digest, settings_.undo_after,
                           domain::sessions_to_keep_down(run.subject.newest)));
  crash_point("A7.after");
  return progress(run, "A7 arm", domain::DeliveryState::armed);
}

Result<std::optional<AppliedConfig>> RouteServerApply::confirmed_config(ApplyRun& run) {
  if (!run.subject.confirmed) return std::optional<AppliedConfig>();
  const auto revision = run.subject.confirmed->revision;
  if (!run.confirmed || run.confirmed->snapshot.revision != revision) {
    ZTIX_ASSIGN(auto snapshot, store_.snapshot(run.name, revision));
    ZTIX_ASSIGN(run.confirmed, render_snapshot(std::move(snapshot)));
  }
  return run.confirmed;
}

// A9–A11. The boot file moves only after the confirm; the record only after the boot file.
Status RouteServerApply::confirm_and_persist(ApplyRun& run) {
  crash_point("A8.after");
  ZTIX_CHECK(progress(run, "A9 confirm", domain::DeliveryState::armed));
  crash_point("A9.before");
  ZTIX_CHECK(run.host->confirm(run.who, run.wanted.rendered.root_digest));
  crash_point("A9.after");
  ZTIX_CHECK(progress(run, "A10 persist", domain::DeliveryState::armed));
  crash_point("A10.before");
  ZTIX_CHECK(run.host->persist(run.who, run.wanted.rendered.root_digest));
  crash_point("A10.after");
  ZTIX_CHECK(store_.record_confirmed(run.job, run.name, root_of(run.wanted.rendered)));
  crash_point("A11.after");
  log::info("route_server.confirmed", {{"route_server", run.name}, {"revision", run.wanted.rendered.revision}});
  ZTIX_CHECK(enable_held(run));
  if (run.wanted.rendered.revision % kRevisionsBetweenClearing == 0) {
    if (const auto cleared = run.host->gc(run.who); !cleared) {
      log::warn("route_server.not_cleared", {{"route_server", run.name}, {"error", cleared.error().message}});
    }
  }
  return {};
}

// What cannot be verified is undone. Only the same harm twice takes the revision out of circulation: once may be
// chance. Until then the turn stays this one's, so that no other route server meets the harm.
Result<RouteServerApply::Outcome> RouteServerApply::undo_harm(ApplyRun& run, const Error& harm) {
  if (harm.code == ErrorCode::fenced) return harm;
  log::warn("revision.undone",
            {{"route_server", run.name}, {"revision", run.wanted.rendered.revision}, {"harm", harm.message}});
  crash_point("A8-undo.before");
  const auto undone = run.host->undo(run.who, run.wanted.rendered.root_digest);
  crash_point("A8-undo.after");
  if (!undone && undone.error().code != ErrorCode::conflict) return undone.error();
  const domain::Revision revision = run.subject.newest.revision;
  if (harm.reason == kUnclear) {
    ZTIX_CHECK(store_.record_progress(run.job, run.name,
                                      {"A8 verify", domain::DeliveryState::waiting, revision, harm.message}));
    return Outcome(job_snoozed(kRetryAfterHarm, harm.message));
  }
  if (harm.code != ErrorCode::refused_transition) return harm;
  ZTIX_CHECK(
      store_.record_progress(run.job, run.name, {"A8 verify", domain::DeliveryState::failed, revision, harm.message}));
  ZTIX_ASSIGN(const int harms, rollout_.note_harm(run.job, run.name, harm.message));
  if (harms < kHarmsUntilQuarantine) {
    return Outcome(JobOutcome{JobOutcome::Verdict::retry, kRetryAfterHarm, harm.message});
  }
  crash_point("A8-quarantine.before");
  const auto taken = take_harm_back(run, harm.message);
  crash_point("A8-quarantine.after");
  ZTIX_CHECK(rollout_.end_turn(run.job, run.name, domain::TurnVerdict::undone, revision));
  if (!taken) return taken.error();
  return Outcome();
}

}  // namespace ztix::service
