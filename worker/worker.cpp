#include "worker/worker.h"

#include <array>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "core/base/random.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "core/metrics/metrics.h"
#include "core/render/templates.h"
#include "core/store/listener.h"
#include "worker/adapters.h"
#include "worker/dispatcher.h"
#include "worker/hints.h"
#include "worker/jobs/member_provision.h"
#include "worker/jobs/rs_apply.h"
#include "worker/periodic.h"

namespace ztix::worker {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kExitTryLater = 75;
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
  apply.longest_snooze = settings.longest_snooze;
  return apply;
}

DispatcherSettings dispatcher_settings(const config::WorkerSettings& settings, const std::string& worker) {
  DispatcherSettings dispatcher;
  dispatcher.worker = worker;
  dispatcher.times = {settings.lease, settings.heartbeat};
  dispatcher.sweep = settings.sweep;
  dispatcher.threads = settings.threads;
  return dispatcher;
}

Status publish_release(Adapters& adapters, const service::Actor& actor) {
  ZTIX_CHECK(
      adapters.apply.publish_release(domain::PolicyDefinition::standard(), render::bird_templates_digest(), actor));
  return {};
}

template <class Counted>
Status without_count(Result<Counted> result) {
  if (!result) return std::move(result).error();
  return {};
}

std::vector<PeriodicTask> periodic_tasks(Adapters& adapters, const config::WorkerSettings& settings,
                                         const service::Actor& actor) {
  return {
      // First at the start: a new version of this program may bring new templates or a new policy.
      {"publish_release", minutes(10), [&adapters, actor] { return publish_release(adapters, actor); }},
      {"evaluate_requests", settings.sweep,
       [&adapters] { return without_count(adapters.provision.evaluate_requests()); }},
      {"revive_dead", seconds(10), [&adapters] { return without_count(adapters.jobs.revive_dead()); }},
      {"expire_requests", minutes(60),
       [&adapters, actor] { return without_count(adapters.requests.expire_older_than(kRequestLifetime, actor)); }},
  };
}

}  // namespace

int run_worker(const config::WorkerSettings& settings, const std::stop_token& stop) {
  // A template that does not compile is found now and not at the first approval.
  if (const auto valid = render::validate_templates(); !valid) throw std::logic_error(valid.error().message);
  const auto name = worker_name();
  auto built = Adapters::build(settings, name);
  if (!built) return config::report_errors("ztix-worker", {built.error().message});
  Adapters& adapters = **built;
  const service::Actor actor{service::ActorKind::worker, std::nullopt, name, {}, {}};

  render::ObjectCache objects;
  service::RouteServerApply apply(adapters.apply, adapters.hosts, objects, adapters.clock, apply_settings(settings));
  service::MemberProvisioning provisioning(adapters.provision, adapters.jobs, *adapters.provider.fabric, adapters.clock);
  WakeSignal signal;
  metrics::Registry metrics;
  std::unique_ptr<metrics::Server> metrics_server;
  if (settings.metrics_listen.port != 0) {
    auto started = metrics::Server::start(settings.metrics_listen.text(), metrics);
    if (!started) return config::report_errors("ztix-worker", {"ZTIX_METRICS_LISTEN: " + started.error().message});
    metrics_server = std::move(*started);
  }
  Dispatcher dispatcher(adapters.jobs, adapters.clock, signal, metrics,
                        {{"member.provision", member_provision(provisioning)}, {"rs.apply", rs_apply(apply)}},
                        dispatcher_settings(settings, name));
  store::Listener notifications(adapters.database.settings(), "job_ready");
  const std::jthread redis([&] { pass_hints_on(adapters.redis_hints, signal, stop); });
  const std::jthread notify([&] { pass_hints_on(notifications, signal, stop); });
  const std::jthread clockwork([&] { run_periodically(periodic_tasks(adapters, settings, actor), stop); });

  log::info("worker.started", {{"worker", name}, {"threads", settings.threads}});
  const bool drained = dispatcher.run(stop);
  log::info("worker.stopped", {{"drained", drained}});
  return drained ? 0 : kExitTryLater;
}

}  // namespace ztix::worker
