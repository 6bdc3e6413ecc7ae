#include "worker/worker.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>

#include "core/base/crash_point.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "core/metrics/metrics.h"
#include "core/render/templates.h"
#include "core/store/listener.h"
#include "core/store/silent_sessions.h"
#include "worker/adapters.h"
#include "worker/breaker.h"
#include "worker/dispatcher.h"
#include "worker/hints.h"
#include "worker/jobs/controller_reconcile.h"
#include "worker/jobs/member_provision.h"
#include "worker/jobs/member_revoke.h"
#include "worker/jobs/peeringdb_refresh.h"
#include "worker/jobs/rs_apply.h"
#include "worker/jobs/rs_probe.h"
#include "worker/periodic.h"

namespace ztix::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kExitTryLater = 75;
/// As often as the sweep: what keeps it is a database that does not answer.
constexpr seconds kPublishAgain{1};
constexpr milliseconds kSealInterval{250};
constexpr seconds kLookForSilentSessions{2};
/// A request nobody decided on lapses (architecture: request states).
constexpr std::chrono::hours kRequestLifetime{30 * 24};

/// host:pid:random, so that a restarted worker is never taken for the one before it.
std::string worker_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" + to_hex(system_random_bytes(4));
}

service::ApplySettings apply_settings(const config::WorkerSettings& settings) {
  service::ApplySettings apply;
  apply.undo_after = settings.undo_after;
  apply.verify_budget = settings.verify_budget;
  apply.watch = settings.verify_watch;
  apply.rules.steady_after = settings.steady_after;
  apply.longest_snooze = settings.longest_snooze;
  return apply;
}

service::RevocationSettings revocation_settings(const config::WorkerSettings& settings) {
  service::RevocationSettings revocation;
  revocation.leave_grace = settings.leave_grace;
  revocation.cooling_off = settings.address_cooling_off;
  return revocation;
}

DispatcherSettings dispatcher_settings(const config::WorkerSettings& settings, const std::string& worker) {
  DispatcherSettings dispatcher;
  dispatcher.worker = worker;
  dispatcher.times = {settings.lease, settings.heartbeat};
  dispatcher.sweep = settings.sweep;
  dispatcher.threads = settings.threads;
  // Its first step reserves the addresses, or notes what it waits for.
  dispatcher.begin_in_database = {"member.provision"};
  return dispatcher;
}

Status publish_release(Adapters& adapters, const service::Actor& actor) {
  ZTIX_CHECK(
      adapters.apply.publish_release(domain::PolicyDefinition::standard(), render::bird_templates_digest(), actor));
  return {};
}

/// Before the first job: one that an earlier release left would be rendered with this one's templates, under a revision
/// that other route servers run with the earlier ones.
void publish_release_first(Adapters& adapters, const service::Actor& actor, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nudge;
  std::unique_lock hold(mutex);
  while (!stop.stop_requested()) {
    const auto published = publish_release(adapters, actor);
    if (published) return;
    log::warn("worker.release_not_published", {{"error", published.error().message}});
    nudge.wait_for(hold, stop, kPublishAgain, [] { return false; });
  }
}

template <class Counted>
Status without_count(Result<Counted> result) {
  if (!result) return std::move(result).error();
  return {};
}

/// One batch of each kind, so that what else goes by the clock is not kept waiting.
Status forget(store::PgHistory& history) {
  ZTIX_ASSIGN(const auto purged, history.purge());
  for (const auto& [what, count] : purged) log::info("history.purged", {{"what", what}, {"count", count}});
  return {};
}

/// A silent one is dealt with as PostgreSQL does with one that is silent between two statements.
Status end_silent_sessions(store::Database& database) {
  ZTIX_ASSIGN(const auto ended, store::end_silent_sessions(database, database.settings().idle_in_transaction_timeout));
  for (const auto& session : ended) {
    log::warn("database.session_ended",
              {{"application", session.application}, {"pid", session.pid}, {"silent_seconds", session.silent.count()}});
  }
  return {};
}

Status revive_dead(service::JobStore& jobs) {
  crash_point("revive.before");
  ZTIX_ASSIGN(const int revived, jobs.revive_dead());
  if (revived > 0) crash_point("revive.after");
  return {};
}

/// An idle worker seldom uses more at once: for a job, for the end of the one before, for what goes by the clock.
constexpr std::size_t kWarmConnections = 4;
constexpr seconds kKeepWarm{5};

/// So that a member's first step is as quick after a start, or after a restart of the database, as it is otherwise. Not
/// at the start itself, where jobs may be waiting.
PeriodicTask keep_warm(store::Database& database) {
  return {"keep_warm", kKeepWarm, [&database, is_start = true]() mutable -> Status {
            if (std::exchange(is_start, false)) return {};
            return database.warm_up(kWarmConnections, store::rehearse_first_step);
          }};
}

std::vector<PeriodicTask> periodic_tasks(Adapters& adapters, const config::WorkerSettings& settings,
                                         const service::Actor& actor) {
  return {
      // What an older worker beside this one has published in the meantime is ours again.
      {"publish_release", minutes(10), [&adapters, actor] { return publish_release(adapters, actor); }},
      {"evaluate_requests", settings.sweep,
       [&adapters] { return without_count(adapters.provision.evaluate_requests()); }},
      {"wake_waiting", settings.sweep, [&adapters] { return without_count(adapters.rollout.wake_waiting()); }},
      {"enqueue_looks", settings.probe_interval,
       [&adapters, delay = settings.probe_interval] { return without_count(adapters.watch.enqueue_looks(delay)); }},
      {"advance_drains", settings.sweep, [&adapters, actor] { return without_count(adapters.drains.advance(actor)); }},
      {"revive_dead", settings.sweep, [&adapters] { return revive_dead(adapters.jobs); }},
      keep_warm(adapters.database),
      {"forget", minutes(1), [&adapters] { return forget(adapters.history); }},
      {"refresh_peeringdb", minutes(1),
       [&adapters, interval = settings.peeringdb_data.refresh_interval] {
         return interval.count() == 0 ? Status() : adapters.peeringdb.enqueue_refresh(interval);
       }},
      {"expire_requests", minutes(60),
       [&adapters, actor] { return without_count(adapters.requests.expire_older_than(kRequestLifetime, actor)); }},
  };
}

/// Nobody reads numbers when the port is 0.
Result<std::unique_ptr<metrics::Server>> serve_metrics(const config::WorkerSettings& settings,
                                                       metrics::Registry& metrics) {
  if (settings.metrics_listen.port == 0) return std::unique_ptr<metrics::Server>();
  return metrics::Server::start(settings.metrics_listen.text(), metrics);
}

/// On a thread of its own: a row shall be sealed within a second, whatever the other tasks wait for.
std::vector<PeriodicTask> sealing_tasks(AuditSealing& sealing, const config::WorkerSettings& settings) {
  std::vector<PeriodicTask> tasks{
      {"seal_audit", kSealInterval, [&sealing] { return without_count(sealing.sealer.seal()); }}};
  if (!settings.audit_head_file.empty()) {
    tasks.push_back({"export_audit_head", minutes(1), [&sealing] { return sealing.heads.run(); }});
  }
  return tasks;
}

/// Until stopped; at once when nothing is to be sealed.
void seal_audit(Adapters& adapters, const config::WorkerSettings& settings, const std::stop_token& stop) {
  if (!adapters.sealing) {
    log::warn("audit.not_sealed", {{"remedy", "set ZTIX_AUDIT_KEY_FILE"}});
    return;
  }
  if (settings.audit_head_file.empty()) log::warn("audit.not_exported", {{"remedy", "set ZTIX_AUDIT_HEAD_FILE"}});
  run_periodically(sealing_tasks(*adapters.sealing, settings), stop);
}

}  // namespace

int run_worker(const config::WorkerSettings& settings, const std::stop_token& stop) {
  // A template that does not compile is found now and not at the first approval.
  if (const auto valid = render::validate_templates(); !valid) throw std::logic_error(valid.error().message);
  if (!settings.test_template_dir.empty()) {
    if (const auto used = render::use_bird_templates(settings.test_template_dir); !used) {
      return config::report_errors("ztix-worker", {"ZTIX_TEST_TEMPLATE_DIR: " + used.error().message});
    }
    log::error("worker.test_templates", {{"folder", settings.test_template_dir},
                                         {"warning", "BIRD's templates are not those of this version; tests only"}});
  }
  const auto name = worker_name();
  auto built = Adapters::build(settings, name);
  if (!built) return config::report_errors("ztix-worker", {built.error().message});
  Adapters& adapters = **built;
  const service::Actor actor{service::ActorKind::worker, std::nullopt, name, {}, {}};

  render::ObjectCache objects;
  service::RouteServerApply apply(adapters.apply, adapters.rollout, adapters.forecasts, adapters.hosts, objects,
                                  adapters.clock, apply_settings(settings));
  service::MemberCutOff cut_off(adapters.departures, adapters.provision, *adapters.provider.fabric, adapters.hosts,
                                adapters.clock);
  service::MemberProvisioning provisioning(adapters.provision, adapters.departures, adapters.jobs,
                                           *adapters.provider.fabric, cut_off, adapters.clock);
  service::MemberRevocation revocation(adapters.departures, adapters.provision, adapters.jobs, cut_off,
                                       revocation_settings(settings));
  service::TargetBreaker breaker(adapters.clock, {.probe_every = settings.breaker_probe});
  service::RouteServerWatch host_watch({adapters.apply, adapters.watch, adapters.drift, adapters.hosts},
                                       settings.probe_interval);
  service::ControllerWatch controller_watch(
      {adapters.watch, adapters.drift, adapters.provision, *adapters.provider.fabric, adapters.clock},
      settings.controller_look_interval);
  service::PeeringDbRefresh peeringdb({adapters.peeringdb, adapters.peeringdb_directory},
                                      settings.peeringdb_data.refresh_interval);
  const auto on_host = [&](JobHandler handler) {
    return with_breaker(breaker, adapters.jobs, subject_target, std::move(handler));
  };
  const auto at_controller = [&](JobHandler handler) {
    return with_breaker(breaker, adapters.jobs, controller_target, std::move(handler));
  };
  WakeSignal signal;
  metrics::Registry metrics;
  const auto served = serve_metrics(settings, metrics);
  if (!served) return config::report_errors("ztix-worker", {"ZTIX_METRICS_LISTEN: " + served.error().message});
  Dispatcher dispatcher(adapters.jobs, adapters.clock, signal, metrics,
                        {{"member.provision", member_provision(provisioning)},
                         {"member.revoke", member_revoke(revocation)},
                         {"rs.apply", on_host(rs_apply(apply))},
                         {"rs.probe", on_host(rs_probe(host_watch))},
                         {"controller.reconcile", at_controller(controller_reconcile(controller_watch))},
                         {service::kPeeringDbRefresh, peeringdb_refresh(peeringdb)}},
                        dispatcher_settings(settings, name));
  store::Listener notifications(adapters.database.settings(), "job_ready");
  log::info("worker.started", {{"worker", name}, {"threads", settings.threads}});
  // On a thread of its own, and first: what such a session holds may be what everything else waits for.
  const std::jthread silence([&] {
    run_periodically({{"end_silent_sessions", kLookForSilentSessions,
                       [&adapters] { return end_silent_sessions(adapters.database); }}},
                     stop);
  });
  publish_release_first(adapters, actor, stop);
  const std::jthread redis([&] { pass_hints_on(adapters.redis_hints, signal, stop); });
  const std::jthread notify([&] { pass_hints_on(notifications, signal, stop); });
  const std::jthread sealing([&] { seal_audit(adapters, settings, stop); });
  const std::jthread clockwork([&] { run_periodically(periodic_tasks(adapters, settings, actor), stop); });

  const bool drained = dispatcher.run(stop);
  log::info("worker.stopped", {{"drained", drained}});
  return drained ? 0 : kExitTryLater;
}

}  // namespace ztix::worker
