#include <atomic>
#include <latch>
#include <thread>

#include "tests/integration/store_jobs/delivery_pg_fixture.h"

using namespace ztix;
using namespace ztix::test;

TEST_CASE("PostgreSQL restarted under the pool: the next calls work and the job is still held") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  const auto job = exchange.applying("rs1");
  TestServer::instance().stop();
  CHECK(exchange.world.apply().subject("rs1").error().code == ErrorCode::unavailable);
  CHECK(exchange.world.jobs().claim("w2", 60s, 1).error().code == ErrorCode::unavailable);
  TestServer::instance().start();
  CHECK(exchange.world.jobs().heartbeat("w1", 60s, {job}).value().size() == 1);
  CHECK(exchange.world.apply().subject("rs1")->newest.revision == revision);
  CHECK(exchange.world.apply().record_progress(job, "rs1", {"A1 probe", DeliveryState::checking, revision, ""}));
}

TEST_CASE("PostgreSQL killed under the pool: what was committed is there, and work goes on") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  TestServer::instance().kill();
  CHECK(exchange.world.jobs().next_due().error().code == ErrorCode::unavailable);
  TestServer::instance().start();
  exchange.confirm("rs1");
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE("A connection cut in the middle of a publish leaves nothing half-written") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto job = exchange.provisioning(request);
  REQUIRE(exchange.world.provision().reserve_addresses(job, *request.membership_id));
  REQUIRE(exchange.world.provision().start(job, *request.membership_id));
  const auto before = exchange.newest("rs1").revision;

  // The publish stops at the route server's row, after it has written revision, object and job.
  store::Connection blocker(exchange.world.database.settings());
  blocker.run_script("BEGIN", "block");
  blocker.run_script("SELECT 1 FROM route_server FOR UPDATE", "block");
  std::optional<Result<Revision>> published;
  std::atomic<bool> ended{false};
  {
    const std::jthread publisher([&] {
      published = exchange.world.provision().publish(job, *request.membership_id);
      ended = true;
    });
    store::Connection superuser(TestServer::instance().superuser());
    constexpr store::Query kCut{"cut",
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                "WHERE usename = 'ztix_worker' AND wait_event_type = 'Lock'"};
    // What was not committed is tried once more over a new connection, which is cut as well.
    while (!ended) superuser.execute(kCut);
  }
  blocker.run_script("ROLLBACK", "block");

  REQUIRE(published);
  REQUIRE_FALSE(*published);
  CHECK(published->error().code == ErrorCode::unavailable);
  CHECK(exchange.newest("rs1").revision == before);
  CHECK(exchange.now(request).route_servers.empty());
  CHECK_FALSE(exchange.has_job("rs.apply", "route_server:rs1"));
  REQUIRE(exchange.world.provision().publish(job, *request.membership_id));
  CHECK(exchange.is_rendered("rs1", request));
}
