#include "core/store/job_store.h"
#include "tests/contract/store_jobs/job_store_contract.h"
#include "tests/support/test_database.h"

namespace ztix::test {

/// Time passes by moving the rows into the past, so no test sleeps.
struct PgJobWorld {
  JobStore& jobs() { return store; }
  void let_pass(std::chrono::milliseconds duration) {
    database.sql(
        "UPDATE job SET run_at = run_at - $1::bigint * interval '1 millisecond', "
        "lease_until = lease_until - $1::bigint * interval '1 millisecond', "
        "finished_at = finished_at - $1::bigint * interval '1 millisecond'",
        {duration.count()});
  }
  void add_route_server(const std::string& name, std::int64_t fence) {
    database.sql(
        "WITH made AS (INSERT INTO route_server (name, ssh_host, ssh_port, ssh_user, host_key, router_id) "
        "VALUES ($1, '192.0.2.1', 22, 'ztix', 'key', '192.0.2.1') RETURNING id) "
        "INSERT INTO route_server_fence (route_server, fence) SELECT id, $2 FROM made",
        {name, fence});
  }
  TestDatabase database;
  store::Database pool{database.settings("ztix_worker")};
  store::PgJobStore store{pool};
};

ZTIX_JOB_STORE_CONTRACT(PgJobWorld);

}  // namespace ztix::test
