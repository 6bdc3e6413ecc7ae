#include <utility>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/render/templates.h"
#include "core/service/job_outcome.h"
#include "core/service/route_server_apply.h"

/// Which revision is next, whose turn it is to arm it, and what ends a turn.

namespace ztix::service {
namespace {

/// From the intent to the arming the host may take as long as a lease is trusted; only then BIRD's own timer starts.
constexpr std::chrono::seconds kUntilArmed{15};

constexpr std::chrono::milliseconds kUntilNextStep{500};

constexpr const char* kTemplatesRefused = "templates_refused";

Error templates_refused(const std::string& route_server, const std::string& cause) {
  return fail(ErrorCode::forbidden, "This version of ZTIX writes another configuration than the one before, and " +
                                        route_server + " does not take it: " + cause +
                                        ". No member is at fault. Nothing new is applied there until workers "
                                        "of the version before, or of a corrected one, run, or until ztix rs retry " +
                                        route_server + "; suspensions are carried out all the same.")
      .with_reason(kTemplatesRefused);
}

}  // namespace

// The newest revision, or one that another route server has proven and that goes before it.
Status RouteServerApply::target(ApplyRun& run) {
  ZTIX_ASSIGN(run.subject, store_.subject(run.name));
  const auto instead = std::exchange(run.instead, std::nullopt);
  run.is_instead = instead.has_value();
  if (!instead) return {};
  ZTIX_ASSIGN(run.subject.newest, store_.snapshot(run.name, *instead));
  return {};
}

Result<domain::TurnDecision> RouteServerApply::take_turn(ApplyRun& run) {
  const auto change = run.forecast.change_class();
  if (!run.still_mine()) return lease_uncertain();
  const auto revision = run.wanted.rendered.revision;
  crash_point("A6-turn.before");
  ZTIX_ASSIGN(const auto decision, rollout_.take_turn(run.job, run.name,
                                                      {revision, change, run.forecast.unnamed_restarts(),
                                                       settings_.undo_after + kUntilArmed}));
  using Answer = domain::TurnDecision::Answer;
  log::info("route_server.turn", {{"route_server", run.name},
                                  {"revision", revision},
                                  {"change", std::string(to_string(change))},
                                  {"granted", decision.answer == Answer::granted},
                                  {"turn", decision.turn},
                                  {"wait", std::string(to_string(decision.wait))},
                                  {"waits_for", decision.waits_for}});
  crash_point("A6-turn.after");
  if (decision.answer == Answer::instead) run.instead = decision.revision;
  return decision;
}

// The revision is confirmed and on record: the next route server's turn. nullopt: more is wanted of this one.
Result<RouteServerApply::Outcome> RouteServerApply::confirmed(ApplyRun& run, bool applied) {
  crash_point("turn-end.before");
  ZTIX_CHECK(rollout_.end_turn(run.job, run.name, domain::TurnVerdict::confirmed, run.wanted.rendered.revision));
  crash_point("turn-end.after");
  if (!run.is_instead && !run.subject.is_step) return Outcome(job_done());
  if (run.is_instead || applied) return Outcome();
  return Outcome(job_snoozed(kUntilNextStep, "This step changes nothing here; waiting for the next one."));
}

// When BIRD refuses this program's text of what was confirmed too, nobody's change is at fault, and nobody is held for
// it.
Status RouteServerApply::blame_templates(ApplyRun& run, const std::string& cause) {
  ZTIX_ASSIGN(const auto before, confirmed_config(run));
  if (!templates_differ(before, run.subject)) return {};
  ZTIX_CHECK(put_missing(run, before->rendered));
  ZTIX_ASSIGN(const auto verdict, run.host->check(run.who, before->rendered.root_digest));
  return verdict.ok ? Status() : templates_refused(run.name, cause);
}

// Good: something newer is wanted now, without what did it. An error: nothing may be taken back, a person must look.
Status RouteServerApply::take_back(ApplyRun& run, const std::string& cause) {
  ZTIX_ASSIGN(const auto before, confirmed_config(run));
  if (templates_differ(before, run.subject)) return templates_refused(run.name, cause);
  ZTIX_ASSIGN(const auto taken, rollout_.take_back(run.job, run.name, run.wanted.rendered.revision, cause));
  if (taken != TakenBack::kept) return {};
  return fail(ErrorCode::refused_transition,
              cause +
                  ". This change is not taken back: it only takes away, or another route server runs it already. "
                  "It is tried again by itself; ztix rs diff " +
                  run.name + " shows what it changes.")
      .with_reason("kept");
}

// Before a turn: templates that did harm somewhere do it a second time nowhere, whatever revision they write.
Status RouteServerApply::may_use_templates(ApplyRun& run) {
  if (!run.has_other_templates) return {};
  ZTIX_ASSIGN(const auto refusal, rollout_.template_refusal(render::bird_templates_digest()));
  return refusal ? templates_refused(run.name, *refusal) : Status();
}

// The same harm twice. What take_back() says of it is what becomes of the revision.
Status RouteServerApply::take_harm_back(ApplyRun& run, const std::string& harm) {
  auto taken = take_back(run, harm);
  if (taken || taken.error().reason != kTemplatesRefused) return taken;
  ZTIX_CHECK(rollout_.refuse_templates(run.job, run.name, run.wanted.rendered.revision, render::bird_templates_digest(),
                                       harm));
  return taken;
}

// Should this not be written, the sweep does it once the job is over.
void RouteServerApply::give_up_turn(ApplyRun& run, domain::TurnVerdict verdict) {
  const auto ended = rollout_.end_turn(run.job, run.name, verdict, std::nullopt);
  if (!ended && ended.error().code != ErrorCode::fenced) {
    log::warn("route_server.turn_open", {{"route_server", run.name}, {"error", ended.error().message}});
  }
}

}  // namespace ztix::service
