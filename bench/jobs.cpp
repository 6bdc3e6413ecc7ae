// How many jobs a second: handed in durably, and worked off. Ours against Celery, one after the other in each round, so
// that whatever else the machine does falls on both; BullMQ is printed beside it.
//
//   bench_jobs              5 rounds after one to warm up
//   bench_jobs --rounds N
//
// Handed in: eight clients. Ours: eight threads, each call one transaction of the product's store (job and audit row,
// committed to the disk). Celery: eight processes; each call commits the same audit row to the same PostgreSQL, then
// delay() to a Redis that syncs before it answers. Printed beside it: delay() alone, to a Redis that syncs every
// second.
//
// Worked off: 10,000 jobs with distinct subjects that do nothing, each system's worker started on a full queue;
// from the start of the first job to the end of the last. Ours: rs.apply, each claim raises the fence of its route
// server, each end is committed. Celery: two processes. BullMQ: a concurrency of 50, as ours.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/contest.h"
#include "bench/support/events.h"
#include "bench/support/report.h"
#include "bench/support/run.h"

#include "core/store/audit_store.h"
#include "core/store/job_store.h"

using namespace ztix;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

namespace {

constexpr int kRounds = 5;
constexpr int kClients = 8;
constexpr int kOurCalls = 2'000;  // of each client
constexpr int kCeleryCalls = 1'000;
constexpr int kJobs = 10'000;
constexpr int kJobsAtOnce = 50;
constexpr double kEnqueueGoal = 2;
constexpr double kDrainGoal = 3;
constexpr auto kTimeout = 180s;

/// One job with its audit row, as every change that needs a job ends.
void hand_in(store::Database& database, const std::string& name) {
  static const service::Actor kActor{service::ActorKind::user, std::nullopt, "admin", "192.0.2.1", "bench"};
  const auto done = database.transaction([&](store::Transaction& transaction) -> Status {
    store::append_audit(transaction, kActor, "route_server.apply_requested", "route_server", name);
    store::enqueue_job(transaction, store::apply_job(name, 1, kActor));
    return {};
  });
  if (!done) throw std::runtime_error(done.error().message + " " + done.error().detail);
}

/// Calls a second.
double our_enqueues(bench::Contest& contest) {
  auto settings = contest.database().settings("ztix_app");
  settings.pool_size = kClients;
  store::Database database(settings);
  std::latch ready(kClients + 1);
  std::vector<std::jthread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([&, client] {
      const auto name = "c" + std::to_string(client) + "-";
      hand_in(database, name + "first");  // connects
      ready.arrive_and_wait();
      for (int call = 0; call < kOurCalls; ++call) hand_in(database, name + std::to_string(call));
    });
  }
  ready.arrive_and_wait();
  const auto begin = Clock::now();
  clients.clear();
  const double rate = kClients * kOurCalls / Seconds(Clock::now() - begin).count();
  const int expected = kClients * (kOurCalls + 1);
  if (contest.our_jobs("ready") != expected) throw std::runtime_error("not every job was handed in");
  contest.forget_our_jobs();
  return rate;
}

/// Until `holds`, looking often.
template <class Condition>
void wait_until(Condition holds, const char* what) {
  const auto deadline = Clock::now() + kTimeout;
  while (!holds()) {
    if (Clock::now() > deadline) throw std::runtime_error(std::string("waited too long for: ") + what);
    std::this_thread::sleep_for(10ms);
  }
}

std::string fresh_events(const bench::Contest& contest) {
  static int count = 0;
  return contest.folder() + "/drain-" + std::to_string(++count);
}

/// Jobs a second between the first and the last event.
double rate_of(const std::vector<bench::Event>& events) {
  const auto [first, last] = std::minmax_element(events.begin(), events.end(),
                                                 [](const auto& one, const auto& other) { return one.at < other.at; });
  return kJobs / Seconds(last->at - first->at).count();
}

/// The last commit counts, and not the last run.
double our_drain(bench::Contest& contest) {
  contest.add_our_jobs(kJobs);
  const bench::Holding holding{fresh_events(contest), 0, 0, false};
  auto worker = contest.our_worker(kJobsAtOnce, holding);
  wait_until([&] { return contest.our_jobs("done") == kJobs; }, "our jobs");
  const auto end = Clock::now();
  worker.stop();
  const auto events = bench::read_events(holding.events);
  if (events.size() != 2 * kJobs) throw std::runtime_error("our jobs did not run once each");
  contest.forget_our_jobs();
  return kJobs / Seconds(end - events.front().at).count();
}

double celery_drain(bench::Contest& contest) {
  const bench::Holding holding{fresh_events(contest), 0, 0, false};
  contest.add_celery_jobs(kJobs, holding);
  auto worker = contest.celery_worker(2, holding);
  wait_until([&] { return bench::read_events(holding.events).size() == 2; }, "Celery's jobs");
  worker.stop();
  contest.forget_peers_jobs();
  return rate_of(bench::read_events(holding.events));
}

double bullmq_drain(bench::Contest& contest) {
  const bench::Holding holding{fresh_events(contest), 0, 0, false};
  contest.add_bullmq_jobs(kJobs);
  auto worker = contest.bullmq_worker(kJobsAtOnce, holding);
  wait_until([&] { return bench::read_events(holding.events).size() == 2 * kJobs; }, "BullMQ's jobs");
  worker.stop();
  contest.forget_peers_jobs();
  return rate_of(bench::read_events(holding.events));
}

double celery_enqueues(bench::Contest& contest, bench::Keeps keeps) {
  const double rate = contest.celery_delays(kClients, kCeleryCalls, keeps);
  contest.forget_peers_jobs();
  return rate;
}

struct Pairs {
  std::vector<double> ours;
  std::vector<double> peer;
  void add(double our, double theirs) {
    ours.push_back(our);
    peer.push_back(theirs);
  }
  [[nodiscard]] std::vector<double> ratios() const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i) ratios.push_back(ours[i] / peer[i]);
    return ratios;
  }
};

bool report(const char* what, const Pairs& pairs, double goal) {
  const double median = bench::quantile(pairs.ratios(), 0.5);
  std::printf("%s: ours %.0f/s, Celery %.0f/s (medians); ratio: median %.2f, worst pair %.2f; goal >= %.0f: %s\n", what,
              bench::quantile(pairs.ours, 0.5), bench::quantile(pairs.peer, 0.5), median,
              bench::quantile(pairs.ratios(), 0), goal, bench::reached(median >= goal));
  return median >= goal;
}

int measure(int rounds) {
  bench::Contest contest;
  contest.add_route_servers(kJobs);
  Pairs enqueue;
  Pairs beside_less;
  Pairs drain;
  std::vector<double> bullmq;
  for (int round = 0; round <= rounds; ++round) {
    const double our_in = our_enqueues(contest);
    const double celery_in = celery_enqueues(contest, bench::Keeps::as_ours);
    const double celery_less = celery_enqueues(contest, bench::Keeps::as_usual);
    const double our_out = our_drain(contest);
    const double celery_out = celery_drain(contest);
    const double bullmq_out = bullmq_drain(contest);
    std::printf(
        "%s %d: enqueue ours %.0f/s, Celery %.0f/s (delay() alone %.0f/s); drain ours %.0f/s, Celery %.0f/s, "
        "BullMQ %.0f/s\n",
        round == 0 ? "warm-up" : "round", round, our_in, celery_in, celery_less, our_out, celery_out, bullmq_out);
    std::fflush(stdout);
    if (round == 0) continue;
    enqueue.add(our_in, celery_in);
    beside_less.add(our_in, celery_less);
    drain.add(our_out, celery_out);
    bullmq.push_back(bullmq_out);
  }
  const bool fast_in = report("durable enqueue with audit row, 8 clients", enqueue, kEnqueueGoal);
  std::printf("the same beside Celery's delay() alone, without audit row, on the disk within a second: median %.2f\n",
              bench::quantile(beside_less.ratios(), 0.5));
  const bool fast_out = report("drain of 10,000 rs.apply that do nothing", drain, kDrainGoal);
  std::printf("BullMQ, concurrency 50, drains %.0f/s (median), without a commit to the disk for each\n",
              bench::quantile(bullmq, 0.5));
  return fast_in && fast_out ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--rounds", kRounds}, measure); }
