#include "worker/finisher.h"

#include <latch>
#include <thread>

#include <doctest/doctest.h>

#include "core/service/system.h"
#include "tests/support/fake_job_store.h"

using namespace ztix;
using service::Job;
using service::JobOutcome;

namespace {

/// A job store whose first statement that ends jobs takes until the test lets it go on.
class SlowFirstEnd final : public service::JobStore {
 public:
  std::latch writing{1};
  std::latch go_on{1};
  std::vector<std::size_t> batches;
  test::FakeJobStore jobs_store;

  Result<std::vector<std::int64_t>> finish_many(const std::vector<Job>& jobs) override {
    batches.push_back(jobs.size());
    if (batches.size() == 1) {
      writing.count_down();
      go_on.wait();
    }
    return jobs_store.finish_many(jobs);
  }

  Result<std::int64_t> enqueue(const service::NewJob& job) override { return jobs_store.enqueue(job); }
  using JobStore::claim;
  Result<std::vector<Job>> claim(const std::string& worker, std::chrono::milliseconds lease, int count,
                                 int worst) override {
    return jobs_store.claim(worker, lease, count, worst);
  }
  Result<std::optional<Job>> claim_one(const std::string& worker, std::chrono::milliseconds lease,
                                       std::int64_t id) override {
    return jobs_store.claim_one(worker, lease, id);
  }
  Result<std::vector<std::int64_t>> heartbeat(const std::string& worker, std::chrono::milliseconds lease,
                                              const std::vector<Job>& jobs) override {
    return jobs_store.heartbeat(worker, lease, jobs);
  }
  Status step(const Job& job, const std::string& step) override { return jobs_store.step(job, step); }
  Status finish(const Job& job, const JobOutcome& outcome) override { return jobs_store.finish(job, outcome); }
  Result<std::optional<std::chrono::milliseconds>> next_due() override { return jobs_store.next_due(); }
  Result<int> make_due(const std::string& subject) override { return jobs_store.make_due(subject); }
  Result<std::vector<service::JobView>> jobs(std::optional<domain::JobState> state, int limit) override {
    return jobs_store.jobs(state, limit);
  }
  Status retry(std::int64_t id, const service::Actor& actor) override { return jobs_store.retry(id, actor); }
  Result<int> revive_dead() override { return jobs_store.revive_dead(); }
};

/// Three jobs that run, with a lease each.
struct ThreeRunning {
  ThreeRunning() {
    for (const char* subject : {"x:1", "x:2", "x:3"}) {
      service::NewJob wanted;
      wanted.kind = "rs.apply";
      wanted.subject = subject;
      REQUIRE(store.enqueue(wanted));
    }
    jobs = store.claim("test", std::chrono::seconds(60), 3).value();
    for (const auto& job : jobs) leases.keep(job, clock.monotonic());
  }
  SlowFirstEnd store;
  service::SystemClock clock;
  worker::LeaseKeeper leases{store, clock, "test", {}};
  worker::WakeSignal signal;
  worker::Finisher finisher{store, leases, signal};
  std::vector<Job> jobs;
};

}  // namespace

TEST_CASE("Finisher writes what was handed in during a write with its next statement") {
  ThreeRunning running;
  std::jthread first([&] { running.finisher.finish(running.jobs[0], {}); });
  running.store.writing.wait();
  running.finisher.finish(running.jobs[1], {});  // returns: the other thread has promised
  running.finisher.finish(running.jobs[2], {});
  CHECK(running.finisher.waiting() == 2);
  CHECK(running.leases.may_act(running.jobs[1]));  // until its end is written
  running.store.go_on.count_down();
  first.join();
  CHECK(running.store.batches == std::vector<std::size_t>{1, 2});
  CHECK(running.finisher.waiting() == 0);
  CHECK(running.store.jobs(domain::JobState::done, 10)->size() == 3);
  CHECK_FALSE(running.leases.may_act(running.jobs[1]));
}

TEST_CASE("Finisher ends the others when one of them was taken over") {
  ThreeRunning running;
  running.store.jobs_store.steal(running.jobs[1]);
  std::jthread first([&] { running.finisher.finish(running.jobs[0], {}); });
  running.store.writing.wait();
  running.finisher.finish(running.jobs[1], {});
  running.finisher.finish(running.jobs[2], {});
  running.store.go_on.count_down();
  first.join();
  CHECK(running.store.jobs(domain::JobState::done, 10)->size() == 2);
  CHECK(running.store.jobs(domain::JobState::running, 10)->front().subject == "x:2");
}

TEST_CASE("Finisher writes a run that is put back by itself") {
  ThreeRunning running;
  running.finisher.finish(running.jobs[0], {JobOutcome::Verdict::snooze, std::chrono::seconds(60), "not yet"});
  CHECK(running.store.batches.empty());
  CHECK(running.store.jobs(domain::JobState::ready, 10)->front().last_error == "not yet");
}
