/// Changes of route servers: what only the database can promise.

#include <atomic>
#include <latch>
#include <thread>

#include "tests/integration/store_jobs/delivery_pg_fixture.h"

using namespace ztix;
using namespace ztix::test;

namespace {

const domain::RtrCache kOld{address("203.0.113.1"), 323}, kOther{address("203.0.113.2"), 8282},
    kNew{address("203.0.113.3"), 323};

service::RouteServerChange to(std::vector<domain::RtrCache> caches) {
  service::RouteServerChange change;
  change.rtr_caches = std::move(caches);
  return change;
}

/// Two administrators, each with an order for one of two route servers, at the same moment.
/// @return how many were refused for this reason.
template <class Order>
int refused_of_two(Delivery<PgExchange>& exchange, const std::string& reason, const Order& order) {
  std::latch together(2);
  std::atomic<int> refused{0};
  {
    std::vector<std::jthread> threads;
    for (const auto* name : {"rs1", "rs2"}) {
      threads.emplace_back([&, name] {
        store::PgRouteServerStore mine(exchange.world.owner);
        together.arrive_and_wait();
        const auto done = order(mine, name);
        if (!done && done.error().reason == reason) ++refused;
      });
    }
  }
  return refused;
}

}  // namespace

TEST_CASE("Of orders that change the caches of all route servers at the same moment one is refused") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  for (int round = 0; round < 10; ++round) {
    const auto caches = round % 2 == 0 ? std::vector{kOld, kNew} : std::vector{kOld, kOther};
    CHECK(refused_of_two(exchange, "rtr_everywhere", [&](auto& servers, const char* name) {
            return servers.change(name, to(caches), delivery_admin());
          }) == 1);
    exchange.confirm("rs1");
    exchange.confirm("rs2");
    for (const auto* name : {"rs1", "rs2"}) {
      REQUIRE(exchange.world.route_servers().change(name, to(caches), delivery_admin()));
      exchange.confirm(name);
    }
  }
}

TEST_CASE("Of two orders that take out the last two route servers at the same moment one is refused") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  exchange.world.database.sql("UPDATE route_server SET last_probe = '{\"bird_up\": true}', last_probe_at = now()");
  CHECK(refused_of_two(exchange, "last_one", [](auto& servers, const char* name) {
          return servers.set_state({name, RouteServerState::removed, false, ""}, delivery_admin());
        }) == 1);
}

TEST_CASE("RTR caches that did harm are taken back in the inventory too, so nothing publishes them again") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  auto& store = exchange.world.route_servers();
  REQUIRE(store.change("rs1", to({kOld, kNew}), delivery_admin()).value());
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  REQUIRE(exchange.world.rollout().take_back(job, "rs1", revision, "it did harm").value() ==
          service::TakenBack::undone);
  const std::vector before{kOld, kOther};
  CHECK(exchange.newest("rs1").route_server.rtr_caches == before);
  CHECK(store.route_server("rs1")->config.rtr_caches == before);
  exchange.done(job);
  REQUIRE(store.set_state({"rs1", RouteServerState::maintenance, true, "x"}, delivery_admin()));
  CHECK(exchange.newest("rs1").route_server.rtr_caches == before);
  // A person may try the same again.
  CHECK(store.change("rs1", to({kOld, kNew}), delivery_admin()).value());
}
