#include <atomic>
#include <set>
#include <thread>

#include "tests/integration/store_jobs/delivery_pg_fixture.h"

using namespace ztix;
using namespace ztix::test;

namespace {

IpAddress ipv4_of(Delivery<PgExchange>& exchange, std::uint64_t number) {
  const auto request = exchange.member(number);
  const auto reserved =
      exchange.world.provision().reserve_addresses(exchange.provisioning(request), *request.membership_id);
  REQUIRE(reserved);
  return reserved->ipv4.value();
}

}  // namespace

TEST_CASE("Reservations at the same time never collide, and the pool is used up to its last address") {
  Delivery<PgExchange> exchange(12);
  std::vector<std::pair<service::Job, std::int64_t>> wanted;
  for (std::uint64_t i = 0; i < 15; ++i) {
    const auto request = exchange.member(64496 + i);
    wanted.emplace_back(exchange.provisioning(request), *request.membership_id);
  }
  std::mutex mutex;
  std::set<IpAddress> given;
  std::atomic<int> exhausted{0};
  std::vector<std::jthread> threads;
  for (const auto& [job, membership] : wanted) {
    threads.emplace_back([&, job = job, membership = membership] {
      const auto reserved = exchange.world.provision().reserve_addresses(job, membership);
      if (!reserved) {
        if (reserved.error().reason == "ipv4_pool_exhausted") ++exhausted;
        return;
      }
      const std::lock_guard lock(mutex);
      given.insert(*reserved->ipv4);
    });
  }
  threads.clear();
  CHECK(given.size() == 12);
  CHECK(exhausted == 3);
}

TEST_CASE("The IPv4 address that is free for longest is given: never used first, then the oldest released") {
  Delivery<PgExchange> exchange(4);
  auto& database = exchange.world.database;
  for (std::uint64_t i = 0; i < 3; ++i) ipv4_of(exchange, 64496 + i);  // .74 .75 .76
  database.sql(
      "UPDATE address SET state = 'cooling_off', until = now() - interval '1 day' WHERE address = '192.0.2.75'");
  database.sql(
      "UPDATE address SET state = 'cooling_off', until = now() - interval '2 days' WHERE address = '192.0.2.76'");
  database.sql(
      "UPDATE address SET state = 'cooling_off', until = now() + interval '1 hour' WHERE address = '192.0.2.74'");
  CHECK(ipv4_of(exchange, 64501) == address("192.0.2.77"));
  CHECK(ipv4_of(exchange, 64502) == address("192.0.2.76"));
  CHECK(ipv4_of(exchange, 64503) == address("192.0.2.75"));
  const auto late = exchange.member(64504);
  CHECK(exchange.world.provision().reserve_addresses(exchange.provisioning(late), *late.membership_id).error().reason ==
        "ipv4_pool_exhausted");
}

TEST_CASE("An address that an unreachable route server may still have is not given away") {
  Delivery<PgExchange> exchange(1);
  ipv4_of(exchange, 64496);
  exchange.world.database.sql(
      "UPDATE address SET state = 'cooling_off', until = now() - interval '1 day', owed = true WHERE family(address) = "
      "4");
  const auto request = exchange.member(64497);
  CHECK_FALSE(exchange.world.provision().reserve_addresses(exchange.provisioning(request), *request.membership_id));
}

TEST_CASE("A member gets its own address back out of cooling off") {
  Delivery<PgExchange> exchange(5);
  const auto request = exchange.member(64496);
  const auto job = exchange.provisioning(request);
  const auto before = exchange.world.provision().reserve_addresses(job, *request.membership_id);
  exchange.world.database.sql(
      "UPDATE address SET state = 'cooling_off', until = now() + interval '100 days' WHERE family(address) = 4 "
      "AND asn = 64496");
  const auto after = exchange.world.provision().reserve_addresses(job, *request.membership_id);
  CHECK(after->ipv4 == before->ipv4);
  CHECK(exchange.world.value("SELECT state FROM address WHERE asn = 64496 AND family(address) = 4") == "reserved");
}

TEST_CASE("The right to write to a network ends with the connection that holds it") {
  Delivery<PgExchange> exchange;
  auto& store = exchange.world.provision();
  const auto lock = store.lock_fabric(kLan);
  REQUIRE(lock);
  REQUIRE((*lock)->held());
  store::Connection superuser(TestServer::instance().superuser());
  superuser.run_script("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1",
                       "cut");
  CHECK_FALSE((*lock)->held());
  CHECK(store.lock_fabric(kLan));
}

TEST_CASE("Many tries for the fabric's lock open few connections") {
  Delivery<PgExchange> exchange;
  auto& store = exchange.world.provision();
  const auto lock = store.lock_fabric(kLan);
  for (int i = 0; i < 100; ++i) CHECK(store.lock_fabric(kLan).error().code == ErrorCode::conflict);
  CHECK(std::stoi(exchange.world.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'ztix_worker' AND "
                                       "datname = current_database()")) <= 4);
}

TEST_CASE("A membership whose rendered options change is published under the next version, also without being told") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto first = exchange.publish(request);
  exchange.world.database.sql("UPDATE membership SET ttl_security = true");
  CHECK(exchange.publish(request) > first);
  CHECK(exchange.newest("rs1").memberships.at(0).version == 2);
  CHECK(exchange.newest("rs1").memberships.at(0).ttl_security);
}

TEST_CASE("Publishing many memberships at once gives each a revision and none a gap") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto before = exchange.newest("rs1").revision;
  std::vector<std::pair<service::Job, std::int64_t>> wanted;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const auto request = exchange.member(64496 + i);
    wanted.emplace_back(exchange.provisioning(request), *request.membership_id);
    REQUIRE(exchange.world.provision().reserve_addresses(wanted.back().first, wanted.back().second));
  }
  std::atomic<int> published{0};
  std::vector<std::jthread> threads;
  for (const auto& [job, membership] : wanted) {
    threads.emplace_back([&, job = job, membership = membership] {
      if (exchange.world.provision().start(job, membership) && exchange.world.provision().publish(job, membership)) {
        ++published;
      }
    });
  }
  threads.clear();
  CHECK(published == 8);
  CHECK(exchange.newest("rs1").revision == before + 8);
  CHECK(exchange.newest("rs1").memberships.size() == 8);
  CHECK(exchange.world.value("SELECT count(*) FROM job WHERE kind = 'rs.apply' AND state = 'ready'") == "1");
}
