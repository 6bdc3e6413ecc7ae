#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "core/store/job_store.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace std::chrono_literals;
using service::Job;
using service::JobOutcome;
using store::Database;
using store::PgJobStore;
using test::TestDatabase;
using Verdict = service::JobOutcome::Verdict;

namespace {

service::NewJob job_of(const std::string& subject) {
  return {.kind = "rs.apply", .subject = subject, .want_revision = 0, .priority = 1, .delay = 0ms, .trace_id = ""};
}

const service::Actor kAdmin{service::ActorKind::cli, std::nullopt, "root", "", "run-1"};

}  // namespace

TEST_CASE("Many claimers never work on one subject at the same time and lose no job") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  constexpr int kSubjects = 3;
  constexpr int kRounds = 60;
  std::mutex mutex;
  std::set<std::string> at_work;
  std::map<std::string, int> finished;
  std::atomic<int> enqueued{0};
  std::atomic<int> errors{0};
  std::atomic<int> overlaps{0};

  const auto enqueue = [&] {
    for (int round = 0; round < kRounds; ++round) {
      for (int i = 0; i < kSubjects; ++i) {
        if (!jobs.enqueue(job_of("subject:" + std::to_string(i)))) ++errors;
      }
    }
    ++enqueued;
  };
  const auto work = [&](const std::string& name) {
    for (bool last = false;; last = enqueued == 1) {
      const auto claimed = jobs.claim(name, 60s, 2);
      if (!claimed) ++errors;
      if (!claimed || (claimed->empty() && last)) break;
      for (const auto& job : *claimed) {
        const std::lock_guard lock(mutex);
        if (!at_work.insert(job.subject).second) ++overlaps;
      }
      for (const auto& job : *claimed) {
        // Every third run is put back, which races with the enqueuer for the subject's one waiting place.
        const auto verdict = job.fence % 3 == 0 ? Verdict::snooze : Verdict::done;
        const std::lock_guard lock(mutex);
        at_work.erase(job.subject);
        ++finished[job.subject];
        if (!jobs.finish(job, {verdict, 0ms, ""})) ++errors;
      }
    }
  };
  std::vector<std::jthread> threads;
  threads.emplace_back(enqueue);
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, "w" + std::to_string(i));
  threads.clear();

  CHECK(errors == 0);
  CHECK(overlaps == 0);
  CHECK(finished.size() == kSubjects);
  CHECK(database.sql("SELECT 1 FROM job WHERE state <> 'done'").empty());
}

TEST_CASE("A job that became ready while its subject runs does not fail the claim of others") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  REQUIRE(jobs.enqueue(job_of("subject:1")));
  REQUIRE(jobs.claim("w1", 60s, 1)->size() == 1);
  REQUIRE(jobs.enqueue(job_of("subject:1")));
  REQUIRE(jobs.enqueue(job_of("subject:2")));
  const auto claimed = jobs.claim("w2", 60s, 10);
  REQUIRE(claimed);
  REQUIRE(claimed->size() == 1);
  CHECK(claimed->front().subject == "subject:2");
}

TEST_CASE("A job that another transaction has locked is skipped, not waited for") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  REQUIRE(jobs.enqueue(job_of("subject:1")));
  REQUIRE(jobs.enqueue(job_of("subject:2")));
  database.sql("BEGIN");
  database.sql("SELECT 1 FROM job WHERE subject = 'subject:1' FOR UPDATE");
  const auto claimed = jobs.claim("w1", 60s, 10);
  database.sql("ROLLBACK");
  REQUIRE(claimed);
  REQUIRE(claimed->size() == 1);
  CHECK(claimed->front().subject == "subject:2");
}

TEST_CASE("Two statements that write many jobs never wait for each other in a circle") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  constexpr int kJobs = 200;
  for (int i = 0; i < kJobs; ++i) REQUIRE(jobs.enqueue(job_of("subject:" + std::to_string(i))));
  const auto mine = jobs.claim("w1", 60s, kJobs);
  REQUIRE(mine->size() == kJobs);
  const std::vector<Job> backwards(mine->rbegin(), mine->rend());
  std::atomic<int> errors{0};
  const auto renew = [&](const std::vector<Job>& in_this_order) {
    for (int round = 0; round < 50; ++round) {
      if (!jobs.heartbeat("w1", 60s, in_this_order)) ++errors;
    }
  };
  {
    const std::jthread one([&] { renew(*mine); });
    const std::jthread other([&] { renew(backwards); });
  }
  CHECK(errors == 0);
  {
    const std::jthread one([&] { renew(*mine); });
    const auto ended = jobs.finish_many(backwards);
    REQUIRE(ended);
    CHECK(ended->size() == kJobs);
  }
  CHECK(errors == 0);
}

TEST_CASE("Every job is announced when it may start: at enqueue, at its predecessor's end, when its target answers") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  const auto connection = pool.dedicated_connection();
  REQUIRE(connection);
  (*connection)->run_script("LISTEN job_ready", "listen");
  const auto announced = [&] {
    (*connection)->run_script("SELECT 1", "look");
    std::set<std::string> ids;
    for (const auto& [channel, id] : (*connection)->take_notifications()) ids.insert(id);
    return ids;
  };

  const auto first = jobs.enqueue(job_of("subject:1"));
  CHECK(announced() == std::set{std::to_string(*first)});
  const auto running = jobs.claim("w1", 60s, 1);
  const auto second = jobs.enqueue(job_of("subject:1"));
  CHECK(announced() == std::set{std::to_string(*second)});
  REQUIRE(jobs.finish(running->front(), {Verdict::done, 0ms, ""}));
  CHECK(announced() == std::set{std::to_string(*second)});
  const auto again = jobs.claim("w1", 60s, 1);
  REQUIRE(jobs.finish(again->front(), {Verdict::snooze, 60s, ""}));
  CHECK(announced() == std::set{std::to_string(*second)});
  REQUIRE(jobs.make_due("subject:1").value() == 1);
  CHECK(announced() == std::set{std::to_string(*second)});
}

TEST_CASE("Retrying a dead job is written to the audit with it") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  const auto id = jobs.enqueue(job_of("subject:1"));
  REQUIRE(jobs.finish(jobs.claim("w1", 60s, 1)->front(), {Verdict::discard, 0ms, "permanent"}));
  REQUIRE(jobs.retry(*id, kAdmin));
  const auto rows = database.sql("SELECT action, subject_id, trace_id FROM audit");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].get<std::string>("action") == "job.retried");
  CHECK(rows[0].get<std::string>("subject_id") == std::to_string(*id));
  CHECK(rows[0].get<std::string>("trace_id") == "run-1");
}

TEST_CASE("The application may enqueue and look, but a job's text cannot end at a NUL") {
  TestDatabase database;
  Database pool(database.settings("ztix_app"));
  PgJobStore jobs(pool);
  REQUIRE(jobs.enqueue(job_of("subject:1")));
  CHECK(jobs.jobs(std::nullopt, 10)->size() == 1);
  const auto refused = jobs.enqueue(job_of(std::string("subject\0:1", 10)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
}
