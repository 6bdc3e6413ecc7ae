#pragma once

/// @file core/service/route_server_apply.h
/// `rs.apply`: makes one route server run the newest revision, or leaves it on the old one.
///
/// The steps are named A0–A11 everywhere: in this code, in the log, in the database and on the request's page.
/// They are drawn, with what happens when each one dies, in docs/apply.md.

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/base/guarded.h"
#include "core/service/apply_run.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/forecast_store.h"
#include "core/service/ports/rollout_store.h"

namespace ztix::service {

struct ApplySettings {
  /// BIRD undoes by itself after this long without a confirm (T); must exceed twice the verify budget.
  std::chrono::seconds undo_after{60};
  /// How long A8 waits for BIRD to settle and for a session to come back before it calls a difference a loss.
  std::chrono::milliseconds verify_budget{10'000};
  std::chrono::milliseconds verify_pause{50};
  /// How long A8 looks at least when routes pass changed filters: BIRD takes up a configuration before it has passed
  /// all routes through it.
  std::chrono::milliseconds watch{1'000};
  JudgementRules rules;
  /// Retry of a host that cannot be reached: doubles from one second up to this.
  std::chrono::milliseconds longest_snooze{10'000};
};

class RouteServerApply {
 public:
  RouteServerApply(ApplyStore& store, RolloutStore& rollout, ForecastStore& forecasts, RouteServerHosts& hosts,
                   render::ObjectCache& objects, Clock& clock, ApplySettings settings)
      : store_(store),
        rollout_(rollout),
        forecasts_(forecasts),
        hosts_(hosts),
        objects_(objects),
        clock_(clock),
        settings_(settings) {}

  /// @param job  subject `route_server:<name>`, claimed with the route server's new fence (A0).
  JobOutcome run(const Job& job, const StillMine& still_mine);

 private:
  /// Reason of an error: what was armed was undone, but whether it did harm cannot be told.
  static constexpr const char* kUnclear = "unclear";
  /// nullopt: the newest revision changed meanwhile, start over.
  using Outcome = std::optional<JobOutcome>;

  Result<Outcome> apply(ApplyRun& run);
  Status observe(ApplyRun& run);
  Result<HostProbe> probe_raising_fence(ApplyRun& run);
  Status write_limits_down(ApplyRun& run);
  Status repair_files(ApplyRun& run);
  Status enable_held(ApplyRun& run);
  bool may_apply(ApplyRun& run);
  void note_interference(ApplyRun& run);
  Status undo_armed(ApplyRun& run);
  Status settle_unpersisted(ApplyRun& run);
  Status return_to_boot(ApplyRun& run);
  Result<bool> is_converged(ApplyRun& run);
  Result<bool> bring(ApplyRun& run);
  Status upload(ApplyRun& run);
  Result<std::set<std::string>> objects_there(ApplyRun& run);
  Status put_missing(ApplyRun& run, const render::RenderedConfig& config);
  Status blame_templates(ApplyRun& run, const std::string& cause);
  Result<bool> check(ApplyRun& run);
  Result<bool> hold_culprits(ApplyRun& run);
  Status hold(ApplyRun& run, std::int64_t membership_id, const CheckVerdict& verdict);
  Status target(ApplyRun& run);
  Result<domain::TurnDecision> take_turn(ApplyRun& run);
  Result<Outcome> confirmed(ApplyRun& run, bool applied);
  Status take_back(ApplyRun& run, const std::string& cause);
  Status take_harm_back(ApplyRun& run, const std::string& harm);
  Status may_use_templates(ApplyRun& run);
  void give_up_turn(ApplyRun& run, domain::TurnVerdict verdict);
  Status arm(ApplyRun& run);
  Result<std::optional<ConfigText>> text_before(ApplyRun& run, const std::optional<AppliedConfig>& confirmed);
  Status foresee(ApplyRun& run);
  Status record_forecast(ApplyRun& run);
  Status verify(ApplyRun& run);
  static Error unclear(const ApplyRun& run, const Harm& harm);
  Result<std::optional<Harm>> judged(ApplyRun& run, RouteServerHost& host, const HostProbe& after);
  std::optional<HostProbe> ask_witness(ApplyRun& run, std::chrono::milliseconds window);
  Status record_measurement(ApplyRun& run, const HostProbe& after, const std::optional<Harm>& harm);
  Result<HostProbe> settled_probe(ApplyRun& run, RouteServerHost& host);
  Result<std::optional<AppliedConfig>> confirmed_config(ApplyRun& run);
  Result<AppliedConfig> render_snapshot(domain::ConfigSnapshot snapshot);
  Result<bool> render_newest(ApplyRun& run);
  Status confirm_and_persist(ApplyRun& run);
  Result<Outcome> undo_harm(ApplyRun& run, const Error& harm);
  Status progress(ApplyRun& run, const std::string& step, domain::DeliveryState state);
  JobOutcome failed(ApplyRun& run, const Error& error);
  std::chrono::milliseconds snooze_for(const std::string& route_server);

  ApplyStore& store_;
  RolloutStore& rollout_;
  ForecastStore& forecasts_;
  RouteServerHosts& hosts_;
  render::ObjectCache& objects_;
  Clock& clock_;
  ApplySettings settings_;
  /// Failed connects in a row, per route server: only paces retries, so losing it with the process is harmless.
  Guarded<std::map<std::string, int>> unreachable_;
  /// The root that passed A4 and A5 last, and on which BIRD, per route server: who had to wait for its turn need not
  /// bring and check it again. The host arms nothing that it has not checked itself, so this may be lost or wrong.
  Guarded<std::map<std::string, std::string>> checked_;
};

}  // namespace ztix::service
