#include "core/service/route_server_apply.h"

#include "core/base/crash_point.h"
#include "core/base/text.h"
#include "core/domain/admin_state.h"
#include "core/log/log.h"
#include "core/service/job_outcome.h"

/// The flow, A1–A3 and what becomes of a failure; A4–A11 are in route_server_apply_steps.cpp, whose turn it is in
/// route_server_apply_turn.cpp.

namespace ztix::service {
namespace {

using std::chrono::milliseconds;
using TurnAnswer = domain::TurnDecision::Answer;

constexpr milliseconds kFirstSnooze{1'000};
/// Lifting a freeze makes it due at once; this is for one that ends by its time.
constexpr milliseconds kFrozenRecheck{5'000};
/// Holding a member makes a new revision, which may show the next culprit; one run starts over this often.
constexpr int kMostRounds = 10;

std::optional<std::int64_t> number_fact(const Error& error, std::string_view wanted) {
  for (const auto& [name, value] : error.facts) {
    if (name == wanted) return parse_decimal<std::int64_t>(value);
  }
  return std::nullopt;
}

/// The remedy of drift: a person decides.
std::string take_over(const std::string& name) {
  return "To replace it: ztix rs apply " + name + " --take-over --reason TEXT";
}

/// The host cannot be worked with at this moment, through nobody's fault here.
bool is_unreachable(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::upstream;
}

}  // namespace

JobOutcome RouteServerApply::run(const Job& job, const StillMine& still_mine) {
  ApplyRun run{job, still_mine, subject_name(job), {}, {}, nullptr, {}, {}, {}, {}, false, {}};
  for (int round = 0; round < kMostRounds; ++round) {
    auto outcome = apply(run);
    if (!outcome) return failed(run, outcome.error());
    if (outcome->has_value()) {
      unreachable_.with([&](auto& counts) { counts.erase(run.name); });
      return std::move(outcome->value());
    }
  }
  return job_snoozed(kFirstSnooze, "The revision changed under every try; going on from the newest.");
}

Result<RouteServerApply::Outcome> RouteServerApply::apply(ApplyRun& run) {
  ZTIX_CHECK(target(run));
  if (!domain::takes_applies(run.subject.state)) return Outcome(job_done());
  crash_point("A0.after");
  ZTIX_CHECK(observe(run));
  crash_point("A1.after");
  if (run.probe.armed) ZTIX_CHECK(undo_armed(run));
  ZTIX_CHECK(repair_files(run));
  ZTIX_CHECK(settle_unpersisted(run));

  ZTIX_ASSIGN(const bool rendered, render_newest(run));
  if (!rendered) return Outcome();
  crash_point("A3.after");
  ZTIX_ASSIGN(const bool converged, is_converged(run));
  if (converged) return confirmed(run, false);
  if (!may_apply(run)) return Outcome(job_snoozed(kFrozenRecheck, "Frozen: " + run.subject.frozen));
  ZTIX_ASSIGN(const bool accepted, bring(run));
  if (!accepted) return Outcome();
  ZTIX_CHECK(record_forecast(run));
  ZTIX_CHECK(may_use_templates(run));
  ZTIX_ASSIGN(const auto turn, take_turn(run));
  if (turn.answer == TurnAnswer::wait) return Outcome(JobOutcome{JobOutcome::Verdict::parked, milliseconds(0), {}});
  if (turn.answer == TurnAnswer::instead) return Outcome();
  ZTIX_CHECK(arm(run));
  if (const auto verified = verify(run); !verified) {
    note_interference(run);
    return undo_harm(run, verified.error());
  }
  ZTIX_CHECK(confirm_and_persist(run));
  return confirmed(run, true);
}

// A1: observe first, always.
Status RouteServerApply::observe(ApplyRun& run) {
  const auto fence = run.fence_raised ? run.who.fence : run.job.target_fence;
  run.who = {run.subject.installation, fence, std::to_string(run.job.id)};
  ZTIX_ASSIGN(run.host, hosts_.connect(run.subject.endpoint));
  ZTIX_ASSIGN(run.probe, probe_raising_fence(run));
  ZTIX_CHECK(store_.record_probe(run.job, run.name, run.probe));
  ZTIX_CHECK(write_limits_down(run));
  if (!run.probe.bird_up) return fail(ErrorCode::upstream, "BIRD does not run on " + run.name + "; start it there.");
  if (run.probe.highest_revision > run.subject.highest) {
    // The database was restored from an older backup: never reuse a number that a host has seen.
    ZTIX_CHECK(store_.raise_revision_above(run.probe.highest_revision));
    ZTIX_CHECK(target(run));
  }
  return progress(run, "A1 probe", domain::DeliveryState::checking);
}

// A host may have seen a higher fence than ours although our lease is good (the database was restored). Ours is raised
// once; being refused again means that somebody else really owns the host.
Result<HostProbe> RouteServerApply::probe_raising_fence(ApplyRun& run) {
  auto probe = run.host->probe(run.who);
  if (probe || probe.error().code != ErrorCode::fenced || run.fence_raised || !run.still_mine()) return probe;
  const auto seen = number_fact(probe.error(), "host_fence");
  if (!seen) return probe;
  ZTIX_ASSIGN(run.who.fence, store_.raise_fence(run.job, run.name, *seen));
  run.fence_raised = true;
  return run.host->probe(run.who);
}

// A2, armed: somebody died between A7 and A9. What was not confirmed is undone before anything else.
Status RouteServerApply::undo_armed(ApplyRun& run) {
  ZTIX_CHECK(progress(run, "A2 undo", domain::DeliveryState::checking));
  if (run.probe.running_root.empty()) {
    return fail(ErrorCode::unavailable,
                "Somebody else's timed configuration is armed on " + run.name + "; waiting until BIRD has undone it.");
  }
  crash_point("A2-undo.before");
  ZTIX_CHECK(run.host->undo(run.who, run.probe.running_root));
  crash_point("A2-undo.after");
  return observe(run);
}

// A2, not armed: what runs was confirmed but not made the boot file (somebody died between A9 and A10), or BIRD booted
// or was configured by another hand.
Status RouteServerApply::settle_unpersisted(ApplyRun& run) {
  const bool is_boot = !run.probe.running_digest.empty() && run.probe.running_digest == run.probe.boot_digest;
  if (is_boot || run.subject.state == domain::RouteServerState::joining) return {};
  if (!run.subject.take_over_reason.empty()) {
    log::warn("route_server.taking_over", {{"route_server", run.name}, {"reason", run.subject.take_over_reason}});
    return {};
  }
  ZTIX_CHECK(progress(run, "A2 resolve", domain::DeliveryState::checking));
  ZTIX_ASSIGN(const auto known, store_.find_root(run.name, run.probe.running_digest));
  if (!known || known->quarantined || run.probe.running_root.empty()) {
    return fail(ErrorCode::forbidden, "The running configuration of " + run.name +
                                          " is not one that ZTIX confirmed there; somebody configured BIRD by hand. " +
                                          take_over(run.name))
        .with_reason("drift");
  }
  ZTIX_ASSIGN(auto snapshot, store_.snapshot(run.name, known->revision));
  ZTIX_ASSIGN(run.wanted, render_snapshot(std::move(snapshot)));
  run.trial_digest = run.probe.running_digest;
  ZTIX_CHECK(foresee(run));
  if (const auto good = verify(run); !good) {
    return good.error().code == ErrorCode::refused_transition ? return_to_boot(run) : good;
  }
  crash_point("A2-persist.before");
  ZTIX_CHECK(run.host->persist(run.who, run.probe.running_root));
  crash_point("A2-persist.after");
  return observe(run);
}

// Confirmed once, harmful now: back to what the boot file holds, by the only safe way there is, a timed configure.
Status RouteServerApply::return_to_boot(ApplyRun& run) {
  ZTIX_ASSIGN(const auto boot, store_.find_root(run.name, run.probe.boot_digest));
  if (!boot || run.probe.boot_root.empty()) {
    return fail(ErrorCode::forbidden, "The running configuration of " + run.name +
                                          " does harm, and its boot file is not one that ZTIX put there. " +
                                          take_over(run.name))
        .with_reason("drift");
  }
  ZTIX_ASSIGN(auto snapshot, store_.snapshot(run.name, boot->revision));
  ZTIX_ASSIGN(run.wanted, render_snapshot(std::move(snapshot)));
  run.trial_digest = run.probe.boot_digest;
  ZTIX_CHECK(foresee(run));
  ZTIX_ASSIGN(const auto verdict, run.host->check(run.who, run.probe.boot_root));
  if (!verdict.ok)
    return fail(ErrorCode::forbidden, "BIRD refuses the boot file of " + run.name + ": " + verdict.message);
  crash_point("A2-return.before");
  ZTIX_CHECK(run.host->arm(run.who, run.probe.boot_root, settings_.undo_after,
                           domain::sessions_to_keep_down(run.subject.newest)));
  crash_point("A2-return-arm.after");
  ZTIX_CHECK(verify(run));
  crash_point("A2-return-confirm.before");
  ZTIX_CHECK(run.host->confirm(run.who, run.probe.boot_root));
  crash_point("A2-return.after");
  return observe(run);
}

Result<AppliedConfig> RouteServerApply::render_snapshot(domain::ConfigSnapshot snapshot) {
  ZTIX_ASSIGN(auto rendered, render::render_route_server(snapshot, objects_));
  return AppliedConfig{std::move(snapshot), std::move(rendered)};
}

// A3. false: a membership cannot even be rendered and is held now; start over from the newest revision.
Result<bool> RouteServerApply::render_newest(ApplyRun& run) {
  auto rendered = render_snapshot(run.subject.newest);
  if (rendered) {
    run.wanted = std::move(*rendered);
    return true;
  }
  const auto id = number_fact(rendered.error(), "membership_id");
  if (!id) return rendered.error();
  ZTIX_CHECK(hold(run, *id, {false, "", 0, rendered.error().message}));
  return false;
}

// Nothing to do when the host runs and boots what is wanted already: equal but for the revision's number, which is
// then confirmed under the file that is there.
Result<bool> RouteServerApply::is_converged(ApplyRun& run) {
  const auto& digest = run.wanted.rendered.ztix_digest;
  if (run.probe.running_digest != digest || run.probe.boot_digest != digest) return false;
  const RenderedRoot root{run.wanted.rendered.revision, run.probe.running_root, digest, false};
  crash_point("A3-converged.before");
  ZTIX_CHECK(store_.record_root(run.job, run.name, root));
  ZTIX_CHECK(store_.record_confirmed(run.job, run.name, root));
  crash_point("A3-converged.after");
  ZTIX_CHECK(enable_held(run));
  return true;
}

Status RouteServerApply::progress(ApplyRun& run, const std::string& step, domain::DeliveryState state) {
  if (!run.still_mine()) return lease_uncertain();
  run.last_step = step;
  log::debug("route_server.step", {{"route_server", run.name}, {"step", step}});
  return store_.record_progress(run.job, run.name, {step, state, run.subject.newest.revision, {}});
}

std::chrono::milliseconds RouteServerApply::snooze_for(const std::string& route_server) {
  const int failures = unreachable_.with([&](auto& counts) { return ++counts[route_server]; });
  return back_off(failures, kFirstSnooze, settings_.longest_snooze);
}

JobOutcome RouteServerApply::failed(ApplyRun& run, const Error& error) {
  log::warn("route_server.failed",
            {{"route_server", run.name}, {"step", run.last_step}, {"error", error.message}, {"detail", error.detail}});
  if (error.code == ErrorCode::fenced) return job_failed(error, run.job.attempt);
  const bool unreachable = is_unreachable(error.code) || error.code == ErrorCode::conflict;
  const auto state = unreachable ? domain::DeliveryState::waiting : domain::DeliveryState::failed;
  const auto recorded =
      store_.record_progress(run.job, run.name, {run.last_step, state, run.subject.newest.revision, error.message});
  if (!recorded)
    log::warn("route_server.unrecorded", {{"route_server", run.name}, {"error", recorded.error().message}});
  give_up_turn(run, is_unreachable(error.code) ? domain::TurnVerdict::unreachable : domain::TurnVerdict::abandoned);
  auto outcome = unreachable ? job_snoozed(snooze_for(run.name), error.message) : job_failed(error, run.job.attempt);
  outcome.target_unreachable = is_unreachable(error.code);
  return outcome;
}

}  // namespace ztix::service
