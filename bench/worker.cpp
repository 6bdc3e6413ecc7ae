// The worker's engine in a process of its own, with jobs that do nothing but hold their place or end at once. Claim,
// fence, lease, heartbeat, rescue, breaker and finish are the product's (worker/); only what an rs.apply does is not.
// Started by bench_rescue and bench_jobs; its settings are the worker's:
//
//   DATABASE_URL=… REDIS_URL=… [ZTIX_WORKER_THREADS=N] bench_worker EVENTS FIRST AGAIN
//
//   EVENTS  file that receives a line for each start and end, see bench/support/events.h; `-` for none
//   FIRST   milliseconds that the first run of a job holds
//   AGAIN   the same for later ones

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <unistd.h>

#include "bench/support/events.h"

#include "core/base/stop_signals.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "core/metrics/metrics.h"
#include "core/queue/redis_wake_up.h"
#include "core/service/system.h"
#include "core/service/target_breaker.h"
#include "core/store/job_store.h"
#include "core/store/listener.h"
#include "worker/breaker.h"
#include "worker/dispatcher.h"
#include "worker/hints.h"

using namespace ztix;
using std::chrono::milliseconds;

namespace {

struct Holding {
  std::unique_ptr<bench::EventWriter> events;
  milliseconds first{0};
  milliseconds again{0};
};

std::string from_environment(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before threads start
  return value == nullptr ? otherwise : value;
}

/// `route_server:rs7` is job 7.
int number_of(const service::Job& job) {
  const auto digits = job.subject.find_first_of("0123456789");
  return digits == std::string::npos ? 0 : parse_decimal<int>(job.subject.substr(digits)).value_or(0);
}

worker::JobHandler holding(const Holding& holding) {
  return [&holding](const service::Job& job, const service::StillMine& still_mine) -> service::JobOutcome {
    if (holding.events) holding.events->write(bench::Event::What::start, number_of(job), job.attempt);
    const auto time = job.attempt == 1 ? holding.first : holding.again;
    if (time.count() > 0) std::this_thread::sleep_for(time);
    if (!still_mine()) return {service::JobOutcome::Verdict::fenced, milliseconds(0), ""};
    if (holding.events) holding.events->write(bench::Event::What::end, number_of(job), job.attempt);
    return {};
  };
}

int serve(const Holding& what, const StopSignals& signals) {
  log::start("worker", "info");
  const int threads = parse_decimal<int>(from_environment("ZTIX_WORKER_THREADS", "8")).value();
  auto database_settings =
      store::DatabaseSettings::from_url(SecretString(from_environment("DATABASE_URL", ""))).value();
  database_settings.pool_size = static_cast<std::size_t>(threads) + 4;
  store::Database database(database_settings);
  store::Database claims(database.settings().for_claims());
  store::PgJobStore jobs(database, claims);
  const auto name = "bench:" + std::to_string(getpid());
  queue::RedisWakeUpReceiver redis_hints(queue::RedisAddress::parse(from_environment("REDIS_URL", "")).value(), name,
                                         milliseconds(1'000));
  service::SystemClock clock;
  service::TargetBreaker breaker(clock, {});
  worker::WakeSignal signal;
  metrics::Registry metrics;
  worker::DispatcherSettings settings;  // lease 15 s, heartbeat 4 s, sweep 1 s, as in production
  settings.worker = name;
  settings.threads = threads;
  worker::Dispatcher dispatcher(
      jobs, clock, signal, metrics,
      {{"rs.apply", worker::with_breaker(breaker, jobs, worker::subject_target, holding(what))}}, settings);
  std::stop_source stop;
  store::Listener notifications(database.settings(), "job_ready");
  const std::jthread redis([&] { worker::pass_hints_on(redis_hints, signal, stop.get_token()); });
  const std::jthread notify([&] { worker::pass_hints_on(notifications, signal, stop.get_token()); });
  std::thread([&signals, stop]() mutable {
    signals.wait();
    stop.request_stop();
  }).detach();
  return dispatcher.run(stop.get_token()) ? 0 : 75;
}

}  // namespace

int main(int argc, char** argv) {
  const StopSignals signals;
  const auto milliseconds_of = [&](int index) { return parse_decimal<int>(index < argc ? argv[index] : ""); };
  if (argc != 4 || !milliseconds_of(2) || !milliseconds_of(3)) {
    std::cerr << "usage: bench_worker EVENTS|- FIRST AGAIN\n";
    return 64;
  }
  try {
    Holding what{nullptr, milliseconds(*milliseconds_of(2)), milliseconds(*milliseconds_of(3))};
    if (std::string(argv[1]) != "-") what.events = std::make_unique<bench::EventWriter>(argv[1]);
    return serve(what, signals);
  } catch (const std::exception& problem) {
    std::cerr << "bench_worker: " << problem.what() << "\n";
    return 70;
  }
}
