// From the death of a worker to the moment its jobs run elsewhere: ours, Celery and BullMQ side by side, each with 200
// jobs in flight over 20 workers. Each worker of each of them is killed once within a minute (SIGKILL, with all its
// processes) and replaced at once, as a supervisor does; what it ran is watched for 120 s. All three mostly wait, so
// that they do not disturb each other. Takes four minutes.
//
//   bench_rescue              20 workers
//   bench_rescue --workers N

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/contest.h"
#include "bench/support/events.h"
#include "bench/support/report.h"
#include "bench/support/run.h"

using namespace ztix;
using namespace std::chrono_literals;
using bench::Event;
using bench::Instant;
using Seconds = std::chrono::duration<double>;

namespace {

constexpr int kWorkers = 20;
constexpr int kJobsEach = 10;
constexpr auto kKillWindow = 57s;  // the last kill ends before the minute does
constexpr auto kWatch = 120s;
constexpr auto kStartTimeout = 300s;
/// The first run outlives its worker in any case; a later one ends by itself.
constexpr int kFirstRunMs = 3'600'000;
constexpr int kLaterRunMs = 5'000;
constexpr double kGoal = 16;  // p99, seconds
constexpr unsigned kSeed = 20;

/// One of the three.
class Contestant {
 public:
  using Start = std::function<bench::ProcessGroup(const bench::Holding&)>;

  Contestant(std::string name, const std::string& folder, Start start)
      : name_(std::move(name)), start_(std::move(start)) {
    holding_ = {folder + "/" + name_ + ".events", kFirstRunMs, kLaterRunMs, true};
  }

  void start_workers(int count) {
    for (int i = 0; i < count; ++i) workers_.push_back(start_(holding_));
  }
  /// The n-th of the first workers dies, and another one takes its place.
  void kill(std::size_t worker) {
    killed_[workers_[worker].id()] = std::chrono::steady_clock::now();
    workers_[worker].kill();
    workers_.push_back(start_(holding_));
  }
  [[nodiscard]] int running() const {
    std::set<int> jobs;
    for (const auto& event : bench::read_events(holding_.events)) jobs.insert(event.job);
    return static_cast<int>(jobs.size());
  }

  struct Result {
    std::vector<double> rescued;  ///< seconds
    int not_rescued = 0;          ///< in kWatch
    std::map<int, int> ends;      ///< of each job
  };
  [[nodiscard]] Result result() const {
    Result result;
    const auto events = bench::read_events(holding_.events);
    for (const auto& event : events) {
      if (event.what == Event::What::end) ++result.ends[event.job];
      const auto killed = killed_.find(event.pid);
      if (event.what != Event::What::start || killed == killed_.end()) continue;
      const auto later = std::find_if(events.begin(), events.end(), [&](const Event& other) {
        return other.what == Event::What::start && other.job == event.job && other.at > killed->second;
      });
      const auto took = later == events.end() ? Seconds::max() : Seconds(later->at - killed->second);
      if (took > kWatch) {
        ++result.not_rescued;
      } else {
        result.rescued.push_back(took.count());
      }
    }
    return result;
  }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const bench::Holding& holding() const noexcept { return holding_; }

 private:
  std::string name_;
  Start start_;
  bench::Holding holding_;
  std::vector<bench::ProcessGroup> workers_;
  std::map<pid_t, Instant> killed_;
};

/// One contestant after the other: more than 200 processes that start at the same time starve the database of all.
void start(Contestant& contestant, int workers, int jobs) {
  contestant.start_workers(workers);
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (contestant.running() < jobs) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(contestant.name() + ": only " + std::to_string(contestant.running()) + " jobs run");
    }
    std::this_thread::sleep_for(200ms);
  }
}

/// The moments differ in where they fall between two heartbeats, and are the same in each run.
std::vector<Seconds> moments(int count) {
  std::mt19937 chance(kSeed);
  std::uniform_real_distribution<double> when(0, Seconds(kKillWindow).count());
  std::vector<Seconds> moments;
  for (int i = 0; i < count; ++i) moments.emplace_back(when(chance));
  std::sort(moments.begin(), moments.end());
  return moments;
}

void kill_one_after_another(const std::vector<Contestant*>& contestants, int workers) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t next = 0;
  for (const auto moment : moments(workers)) {
    std::this_thread::sleep_until(begin + std::chrono::duration_cast<std::chrono::nanoseconds>(moment));
    for (auto* contestant : contestants) contestant->kill(next);
    ++next;
  }
}

int ended_twice(const Contestant::Result& result) {
  return static_cast<int>(
      std::count_if(result.ends.begin(), result.ends.end(), [](const auto& job) { return job.second > 1; }));
}

void print(const Contestant& contestant, const Contestant::Result& result, int jobs) {
  std::printf("\n%s: %d jobs killed, %zu ran elsewhere, %d did not within 120 s; %zu of %d ended, %d of them twice\n",
              contestant.name().c_str(), static_cast<int>(result.rescued.size()) + result.not_rescued,
              result.rescued.size(), result.not_rescued, result.ends.size(), jobs, ended_twice(result));
  if (!result.rescued.empty() && result.not_rescued == 0) {
    std::printf("%s: kill -> running elsewhere: %s\n", contestant.name().c_str(),
                bench::percentiles(result.rescued, "s").c_str());
  }
  bench::print_histogram(result.rescued, result.rescued.size() > 0 && bench::quantile(result.rescued, 1) > 20 ? 5 : 0.5,
                         "s");
  if (result.not_rescued > 0) std::printf("          >120.0 s %4d\n", result.not_rescued);
}

int measure(int workers) {
  const int jobs = workers * kJobsEach;
  bench::Contest contest;
  Contestant ours("ours", contest.folder(),
                  [&](const auto& holding) { return contest.our_worker(kJobsEach, holding); });
  Contestant celery("celery", contest.folder(),
                    [&](const auto& holding) { return contest.celery_worker(kJobsEach, holding); });
  Contestant bullmq("bullmq", contest.folder(),
                    [&](const auto& holding) { return contest.bullmq_worker(kJobsEach, holding); });
  const std::vector<Contestant*> all{&ours, &celery, &bullmq};
  contest.add_route_servers(jobs);
  contest.add_our_jobs(jobs);
  contest.add_celery_jobs(jobs, celery.holding());
  contest.add_bullmq_jobs(jobs);
  for (auto* contestant : all) start(*contestant, workers, jobs);
  std::printf(
      "%d jobs in flight over %d workers, for each of three; ours: lease 15 s, heartbeat 4 s, sweep 1 s\n"
      "Celery: acks_late, a prefetch of 1 (else most jobs would not run yet), else defaults; BullMQ: defaults\n",
      jobs, workers);
  std::fflush(stdout);
  kill_one_after_another(all, workers);
  std::this_thread::sleep_for(kWatch);

  for (const auto* contestant : {&celery, &bullmq}) print(*contestant, contestant->result(), jobs);
  const auto result = ours.result();
  print(ours, result, jobs);
  const int done = contest.our_jobs("done");
  const bool fast = result.not_rescued == 0 && std::cmp_equal(result.rescued.size(), jobs) &&
                    bench::quantile(result.rescued, 0.99) <= kGoal;
  const bool whole = done == jobs && std::cmp_equal(result.ends.size(), jobs) && ended_twice(result) == 0;
  std::printf("goal: p99 <= %.0f s: %s\n", kGoal, bench::reached(fast));
  std::printf("goal: nothing lost, nothing finished twice (%d of %d done in the database): %s\n", done, jobs,
              bench::reached(whole));
  return fast && whole ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--workers", kWorkers}, measure); }
