#include <csignal>

#include <doctest/doctest.h>

#include "core/store/job_store.h"
#include "tests/support/test_database.h"

// Claims do not wait for the disk. Here PostgreSQL dies before its WAL writer has come round.

using namespace ztix;
using namespace std::chrono_literals;
using service::Job;
using test::TestDatabase;
using test::TestServer;
using Verdict = service::JobOutcome::Verdict;

namespace {

pid_t wal_writer() {
  store::Connection superuser(TestServer::instance().superuser());
  constexpr store::Query kFind{"find", "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"};
  return superuser.execute(kFind).one().get<int>("pid");
}

/// The job table as a worker has it. Nothing that waits for no disk gets there by itself: the WAL writer stands still.
struct Workers {
  TestDatabase database;
  store::Database pool{database.settings("ztix_worker")};
  store::Database claims{database.settings("ztix_worker").for_claims()};
  store::PgJobStore jobs{pool, claims};
  pid_t writer = wal_writer();

  Workers() {
    service::NewJob job;
    job.kind = "member.provision";
    job.subject = "membership:1";
    REQUIRE(jobs.enqueue(job));
    REQUIRE(::kill(writer, SIGSTOP) == 0);
  }

  Job claim(const std::string& worker) {
    const auto claimed = jobs.claim(worker, 60s, 10);
    REQUIRE(claimed->size() == 1);
    return claimed->front();
  }

  /// Also when a check has failed: the server could not stop for a WAL writer that does not answer.
  void crash() {
    ::kill(writer, SIGKILL);
    TestServer::instance().kill();
    TestServer::instance().start();
  }
};

}  // namespace

TEST_CASE(
    "A claim that a crash of PostgreSQL took back writes nothing more, also when the same worker has the job anew") {
  Workers workers;
  const auto lost = workers.claim("w1");
  workers.crash();
  const auto anew = workers.claim("w1");
  REQUIRE(anew.id == lost.id);
  CHECK(anew.attempt == 1);  // nothing is known of the first claim
  CHECK(anew.crash_count == 0);
  auto& jobs = workers.jobs;
  CHECK(jobs.step(lost, "authorize").error().code == ErrorCode::fenced);
  CHECK(jobs.heartbeat("w1", 60s, {lost}).value().empty());
  CHECK(jobs.finish(lost, {Verdict::snooze, 0ms, ""}).error().code == ErrorCode::fenced);
  CHECK(jobs.finish_many({lost}).value().empty());
  CHECK(jobs.step(anew, "authorize"));
}

TEST_CASE("A claim outlasts a crash of PostgreSQL once a heartbeat of it has returned") {
  Workers workers;
  const auto job = workers.claim("w1");
  REQUIRE(workers.jobs.heartbeat("w1", 60s, {job}).value().size() == 1);
  workers.crash();
  CHECK(workers.jobs.claim("w2", 60s, 10)->empty());
  CHECK(workers.jobs.step(job, "authorize"));
}
