/// What takes rights away never stands in a queue.

#include <doctest/doctest.h>

#include "core/store/job_store.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using namespace std::chrono_literals;
using test::TestDatabase;

namespace {

service::NewJob job_of(const std::string& subject, int priority) {
  return {
      .kind = "mail.send", .subject = subject, .want_revision = 0, .priority = priority, .delay = 0ms, .trace_id = ""};
}

/// Ten thousand jobs that are due, of the given priority.
void fill(TestDatabase& database, int priority) {
  database.sql(
      "INSERT INTO job (kind, subject, priority) SELECT 'mail.send', 'bulk:' || i, $1 FROM generate_series(1, 10000) "
      "AS i",
      {priority});
  database.sql("ANALYZE job");
}

}  // namespace

TEST_CASE("An urgent job is claimed before ten thousand others that were there first") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  fill(database, 2);
  const auto normal = jobs.enqueue(job_of("normal:1", 1));
  const auto urgent = jobs.enqueue(job_of("urgent:1", 0));
  const auto claimed = jobs.claim("w1", 60s, 3).value();
  REQUIRE(claimed.size() == 3);
  CHECK(claimed[0].id == *urgent);
  CHECK(claimed[1].id == *normal);
  CHECK(claimed[2].priority == 2);
}

TEST_CASE("A place that is kept for urgent jobs takes nothing else, and finds one among ten thousand") {
  TestDatabase database;
  Database pool(database.settings("ztix_worker"));
  PgJobStore jobs(pool);
  fill(database, 2);
  CHECK(jobs.claim("w1", 60s, 1, service::kUrgent).value().empty());
  const auto urgent = jobs.enqueue(job_of("urgent:1", 0));
  const auto claimed = jobs.claim("w1", 60s, 1, service::kUrgent).value();
  REQUIRE(claimed.size() == 1);
  CHECK(claimed[0].id == *urgent);
}

TEST_CASE("The claim walks the index of due jobs and never reads the whole queue") {
  TestDatabase database;
  fill(database, 2);
  // The claim's own condition and order, as they stand in job_claim.
  const auto plan = database.sql(
      "EXPLAIN SELECT j.id FROM job j WHERE j.state = 'ready' AND j.priority <= 2::smallint AND j.run_at <= now() "
      "AND NOT EXISTS (SELECT 1 FROM job r WHERE r.state = 'running' AND r.kind = j.kind AND r.subject = j.subject) "
      "ORDER BY j.priority, j.run_at, j.id LIMIT 8 FOR UPDATE OF j SKIP LOCKED");
  std::string text;
  for (const auto row : plan) text += row.get<std::string>("\"QUERY PLAN\"") + "\n";
  INFO(text);
  CHECK(text.find("job_due") != std::string::npos);
  CHECK(text.find("Seq Scan on job j") == std::string::npos);
  CHECK(text.find("Sort") == std::string::npos);
}
