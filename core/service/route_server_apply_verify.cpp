#include <algorithm>

#include "core/base/crash_point.h"
#include "core/digest/digest.h"
#include "core/domain/admin_state.h"
#include "core/log/log.h"
#include "core/service/config_diff.h"
#include "core/service/job_outcome.h"
#include "core/service/route_server_apply.h"

/// What a change will do, told before anything is armed (A5), and what it did (A8).

namespace ztix::service {
namespace {

/// How often the same witness is asked while a difference lasts.
constexpr std::chrono::milliseconds kWitnessPause{1'000};
/// Of the others that are up, so many are asked for one that was left alone.
constexpr std::size_t kWitnessesAsked = 3;
/// Sessions of one channel whose given routes are looked at one by one.
constexpr std::size_t kSampledSessions = 8;
constexpr std::string_view kObjectInclude = "/object-";
constexpr std::size_t kDigestLength = 64;

/// Digests of the objects that a root includes.
std::vector<std::string> objects_of(std::string_view root) {
  std::vector<std::string> digests;
  for (auto at = root.find(kObjectInclude); at != std::string_view::npos; at = root.find(kObjectInclude, at + 1)) {
    digests.emplace_back(root.substr(at + kObjectInclude.size(), kDigestLength));
  }
  return digests;
}

Error damaged(const std::string& digest) {
  return fail(ErrorCode::conflict, "A file of the running configuration is not what its name says.")
      .with_reason("corrupt")
      .with_fact("digest", digest);
}

RouteTotals totals_of(const HostProbe& probe) {
  RouteTotals totals;
  totals.roas = probe.roa_counts;
  for (const auto& protocol : probe.protocols) {
    if (protocol.protocol != "BGP" || !protocol.is_established()) continue;
    ++totals.up;
    const auto counters = protocol.counters.value_or(SessionCounters{});
    totals.routes.imported += counters.imported;
    totals.routes.filtered += counters.filtered;
    totals.routes.exported += counters.exported;
    totals.routes.preferred += counters.preferred;
  }
  return totals;
}

MeasurementRecord measured_of(const Forecast& told, const HostProbe& before, const HostProbe& after,
                              const JudgementRules& rules) {
  MeasurementRecord record;
  record.before = totals_of(before);
  record.after = totals_of(after);
  for (const auto& [name, session] : measure(before, after, rules)) {
    if (session.has_restarted) ++record.restarts;
    const auto found = told.sessions.find(name);
    const auto expected = found == told.sessions.end() ? SessionForecast() : found->second;
    const bool is_still = expected.change == SessionChange::none && !session.has_restarted;
    if (is_still && session.before == session.after) continue;
    record.sessions.push_back({name, expected.change, expected.is_named, expected.because, session.has_restarted,
                               session.before, session.after});
  }
  return record;
}

/// Where a change shows only after BIRD has passed the routes through it.
bool moves_routes(const Forecast& told) { return told.change_class() >= domain::ChangeClass::filters; }

/// Some of the sessions that are up, of each channel: those that the change touches first.
std::vector<std::string> sampled(const Forecast& told, const HostProbe& after) {
  std::map<std::string, std::vector<std::string>> by_channel;
  for (const bool touched : {true, false}) {
    for (const auto& protocol : after.protocols) {
      const auto found = told.sessions.find(protocol.name);
      if (!protocol.is_established() || found == told.sessions.end()) continue;
      if ((found->second.change != SessionChange::none) != touched) continue;
      auto& names = by_channel[protocol.name.substr(std::min(protocol.name.rfind("_n"), protocol.name.size()))];
      if (names.size() < kSampledSessions) names.push_back(protocol.name);
    }
  }
  std::vector<std::string> all;
  for (const auto& [channel, names] : by_channel) all.insert(all.end(), names.begin(), names.end());
  return all;
}

}  // namespace

// What the host runs now, as text. The database only knows what it was made of, and another build's templates would
// make something else of that; so unless the digests agree the files are read back.
Result<std::optional<ConfigText>> RouteServerApply::text_before(ApplyRun& run,
                                                                const std::optional<AppliedConfig>& confirmed) {
  const bool is_on_trial = run.probe.running_digest == run.trial_digest;
  const auto& root = is_on_trial ? run.probe.boot_root : run.probe.running_root;
  const auto& digest = is_on_trial ? run.probe.boot_digest : run.probe.running_digest;
  if (confirmed && confirmed->rendered.ztix_digest == digest) {
    return std::optional<ConfigText>(text_of(confirmed->rendered));
  }
  if (root.empty()) return std::optional<ConfigText>();
  ZTIX_ASSIGN(const auto roots, run.host->get(run.who, {root}));
  if (digest::sha256_hex(roots.front()) != root) return damaged(root);
  ConfigText text{roots.front(), {}};
  auto known = text_of(run.wanted.rendered).objects;
  std::vector<std::string> unknown;
  for (const auto& object : objects_of(text.root)) {
    const auto found = known.find(object);
    if (found == known.end())
      unknown.push_back(object);
    else
      text.objects.insert(*found);
  }
  if (unknown.empty()) return std::optional<ConfigText>(std::move(text));
  ZTIX_ASSIGN(auto contents, run.host->get(run.who, unknown));
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    if (digest::sha256_hex(contents[i]) != unknown[i]) return damaged(unknown[i]);
    text.objects.emplace(unknown[i], std::make_shared<const std::string>(std::move(contents[i])));
  }
  return std::optional<ConfigText>(std::move(text));
}

// What run.wanted will do to run.probe's sessions; without a record of it.
Status RouteServerApply::foresee(ApplyRun& run) {
  ZTIX_ASSIGN(const auto confirmed, confirmed_config(run));
  run.has_other_templates = templates_differ(confirmed, run.subject);
  ZTIX_ASSIGN(run.text_before, text_before(run, confirmed));
  domain::ConfigSnapshot nothing;
  nothing.route_server = run.wanted.snapshot.route_server;
  const auto named = named_sessions(confirmed ? confirmed->snapshot : nothing, run.wanted.snapshot);
  run.forecast = forecast(run.text_before, text_of(run.wanted.rendered), named);
  for (const auto& protocol : run.probe.protocols) {
    const auto found = run.forecast.sessions.find(protocol.name);
    if (found != run.forecast.sessions.end()) found->second.is_down = !protocol.is_established();
  }
  ZTIX_ASSIGN(const auto earlier, forecasts_.earlier_baseline(run.name));
  run.baseline = baseline_of(run.probe, settings_.rules);
  if (earlier) run.baseline = joined_baseline(*earlier, std::move(run.baseline));
  return {};
}

// A5, after the check: who decides about the turn, and people, can read what is about to happen.
Status RouteServerApply::record_forecast(ApplyRun& run) {
  run.trial_digest = run.wanted.rendered.ztix_digest;
  ZTIX_CHECK(foresee(run));
  const auto from = run.subject.confirmed ? run.subject.confirmed->revision : 0;
  const auto diff = config_diff(run.text_before, text_of(run.wanted.rendered));
  log::info("route_server.forecast", {{"route_server", run.name},
                                      {"revision", run.wanted.rendered.revision},
                                      {"change", to_string(run.forecast.change_class())},
                                      {"restarts", run.forecast.restarts()},
                                      {"unnamed_restarts", run.forecast.unnamed_restarts()}});
  return forecasts_.record_forecast(run.job, run.name,
                                    record_of(run.forecast, from, run.wanted.rendered.revision, diff));
}

// A8, on a new connection: that the host can still be reached is part of what is verified. A change of filters shows
// only when routes have passed them, so it is watched for a while before it counts as good.
Status RouteServerApply::verify(ApplyRun& run) {
  ZTIX_CHECK(progress(run, "A8 verify", domain::DeliveryState::armed));
  crash_point("A8.before");
  ZTIX_ASSIGN(const auto host, hosts_.connect_fresh(run.subject.endpoint));
  const auto start = clock_.monotonic();
  const auto watch_until = start + (moves_routes(run.forecast) ? settings_.watch : std::chrono::milliseconds(0));
  for (;;) {
    ZTIX_ASSIGN(const auto after, settled_probe(run, *host));
    ZTIX_ASSIGN(const auto harm, judged(run, *host, after));
    const bool is_over = clock_.monotonic() >= (harm ? start + settings_.verify_budget : watch_until);
    if (is_over) {
      if (harm && !is_same_bird(run.baseline.probe, after)) return unclear(run, *harm);
      ZTIX_CHECK(record_measurement(run, after, harm));
      if (!harm) return {};
      return fail(ErrorCode::refused_transition, harm->message).with_reason(to_string(harm->kind));
    }
    clock_.sleep_for(settings_.verify_pause);
  }
}

// Nobody is blamed for what a restart of BIRD cost: it is tried again until the sessions are back.
Error RouteServerApply::unclear(const ApplyRun& run, const Harm& harm) {
  return fail(ErrorCode::unavailable, "BIRD on " + run.name +
                                          " was started anew meanwhile, and what that cost is not back yet: " +
                                          harm.message + " It is tried again by itself.")
      .with_reason(kUnclear);
}

// First without a witness, for most changes do no harm; then with one, for what looks like harm may be the member's own
// doing.
Result<std::optional<Harm>> RouteServerApply::judged(ApplyRun& run, RouteServerHost& host, const HostProbe& after) {
  Evidence evidence{run.forecast, {}, {}, run.baseline, after, nullptr, {}};
  for (const auto& membership : run.wanted.snapshot.memberships) {
    for (auto& name : session_names(run.wanted.snapshot, membership)) evidence.wanted.insert(std::move(name));
  }
  for (auto& name : domain::sessions_to_keep_down(run.wanted.snapshot)) evidence.kept_down.insert(std::move(name));
  if (moves_routes(run.forecast)) {
    ZTIX_ASSIGN(evidence.wrong_next_hops, host.foreign_next_hops(run.who, sampled(run.forecast, after)));
  }
  auto harm = judge(evidence, settings_.rules);
  if (!harm) return harm;
  const auto witness = ask_witness(run, time_between(run.baseline.probe, after));
  if (!witness) return harm;
  evidence.witness = &*witness;
  return judge(evidence, settings_.rules);
}

// Another route server that nobody touched since the baseline was taken. Nobody to ask is no failure.
std::optional<HostProbe> RouteServerApply::ask_witness(ApplyRun& run, std::chrono::milliseconds window) {
  const auto now = clock_.monotonic();
  if (run.witness_asked && now - *run.witness_asked < kWitnessPause) return run.witness;
  run.witness_asked = now;
  run.witness.reset();
  const auto others = forecasts_.witnesses(run.name);
  if (!others) return std::nullopt;
  for (std::size_t i = 0; i < std::min(kWitnessesAsked, others->size()); ++i) {
    const auto& other = (*others)[i];
    const auto host = hosts_.connect(other.endpoint);
    if (!host) continue;
    auto probe = (*host)->probe({run.who.installation, other.fence, run.who.job});
    if (!probe || !is_witness(*probe, window)) continue;
    run.witness = std::move(*probe);
    break;
  }
  return run.witness;
}

// What is settled after a crash has no forecast on record, and then there is nothing to complete.
Status RouteServerApply::record_measurement(ApplyRun& run, const HostProbe& after, const std::optional<Harm>& harm) {
  auto measured = measured_of(run.forecast, run.baseline.probe, after, settings_.rules);
  measured.verdict = harm ? ApplyVerdict::harm : ApplyVerdict::good;
  if (harm) measured.harm = harm->message;
  const auto recorded = forecasts_.record_measurement(run.job, run.name, run.wanted.rendered.revision, measured);
  if (!recorded && recorded.error().code != ErrorCode::not_found) return recorded;
  return {};
}

// The configuration that runs must be the one that was armed, and BIRD must have finished with it.
Result<HostProbe> RouteServerApply::settled_probe(ApplyRun& run, RouteServerHost& host) {
  const auto deadline = clock_.monotonic() + settings_.verify_budget;
  for (;;) {
    if (!run.still_mine()) return lease_uncertain();
    ZTIX_ASSIGN(auto probe, host.probe(run.who));
    if (!probe.bird_up) return fail(ErrorCode::upstream, "BIRD does not run on " + run.name + " any more.");
    if (probe.running_digest != run.trial_digest) {
      return fail(ErrorCode::unavailable,
                  "BIRD on " + run.name + " runs another configuration than the one just armed.");
    }
    if (!probe.reconfiguring) return probe;
    if (clock_.monotonic() >= deadline)
      return fail(ErrorCode::refused_transition, "BIRD did not finish reconfiguring in time.");
    clock_.sleep_for(settings_.verify_pause);
  }
}

}  // namespace ztix::service
