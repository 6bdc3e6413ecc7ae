#include "worker/lease_keeper.h"

#include <doctest/doctest.h>

#include "core/service/system.h"
#include "tests/support/fake_job_store.h"

using namespace ztix;
using namespace std::chrono_literals;
using service::Job;

namespace {

/// One job in the queue, and a keeper whose heartbeat does not come by itself.
struct Keeping {
  test::FakeJobStore jobs;
  service::SystemClock clock;
  worker::LeaseKeeper leases{jobs, clock, "w1", {15s, 1h}};

  Keeping() {
    service::NewJob job;
    job.kind = "greet";
    job.subject = "x:1";
    REQUIRE(jobs.enqueue(job));
  }

  Job claim() {
    const auto claimed = jobs.claim("w1", 15s, 1);
    REQUIRE(claimed->size() == 1);
    leases.keep(claimed->front(), clock.monotonic());
    return claimed->front();
  }
};

}  // namespace

TEST_CASE("A job may act once its claim is confirmed, which the first question does") {
  Keeping keeping;
  const auto job = keeping.claim();
  keeping.jobs.set_available(false);
  CHECK_FALSE(keeping.leases.may_act(job));
  keeping.jobs.set_available(true);
  CHECK(keeping.leases.may_act(job));
  keeping.jobs.set_available(false);
  CHECK(keeping.leases.may_act(job));
}

TEST_CASE("A job whose claim is not there any more when it is to be confirmed may never act") {
  Keeping keeping;
  const auto job = keeping.claim();
  keeping.jobs.steal(job);
  keeping.leases.confirm({job});
  CHECK_FALSE(keeping.leases.may_act(job));
}

TEST_CASE("The end of a run leaves the lease of the same job's next run alone") {
  Keeping keeping;
  const auto first = keeping.claim();
  REQUIRE(keeping.jobs.finish(first, {service::JobOutcome::Verdict::snooze, 0ms, ""}));
  const auto second = keeping.claim();
  REQUIRE(second.id == first.id);
  keeping.leases.release(first);
  CHECK(keeping.leases.may_act(second));
  CHECK_FALSE(keeping.leases.may_act(first));
}
