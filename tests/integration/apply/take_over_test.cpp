/// What becomes of a configuration that somebody else gave BIRD: real BIRD, real sshd, real PostgreSQL.

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "core/remote/ssh_route_server_hosts.h"
#include "core/service/route_server_apply.h"
#include "core/service/system.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"
#include "tests/support/bird_host.h"

namespace ztix::test {
namespace {

using Verdict = service::JobOutcome::Verdict;

/// A configuration of another hand, complete and harmless.
constexpr const char* kForeign =
    "router id 192.0.2.1;\nprotocol device {}\nprotocol static somebody { ipv4; route 198.51.100.0/24 blackhole; }\n";

/// rs1 on a host of its own, through its first applies.
struct RealRouteServer : Delivery<PgDeliveryWorld> {
  RealRouteServer() {
    host.start_bird();
    host.start_sshd();
    auto wanted = route_server(1);
    const auto endpoint = host.endpoint();
    wanted.endpoint = {"rs1", endpoint.host, endpoint.port, endpoint.user, endpoint.host_key};
    REQUIRE(world.route_servers().add(wanted, delivery_admin()));
    for (int i = 0; i < 2; ++i) REQUIRE(run().verdict == Verdict::done);
  }

  service::JobOutcome run() {
    const auto job = applying("rs1");
    auto outcome = engine.run(job, [] { return true; });
    INFO(outcome.error);
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }
  [[nodiscard]] service::RouteServer record() { return world.route_servers().route_server("rs1").value(); }
  [[nodiscard]] bool runs(const std::string& ztix_digest) const {
    return host.birdc("eval ZTIX_DIGEST").find(ztix_digest) != std::string::npos;
  }
  [[nodiscard]] bool runs_foreign() const { return host.birdc("show protocols").find("somebody") != std::string::npos; }
  void configure_by_hand() const {
    REQUIRE(host.inside({"tee", "/etc/bird/foreign.conf"}, kForeign).exit_code == 0);
    REQUIRE(host.inside({"chmod", "0644", "/etc/bird/foreign.conf"}).exit_code == 0);
    const auto answer = host.birdc("configure \"/etc/bird/foreign.conf\"");
    INFO(answer);
    // BIRD may go on in the background while sessions of the old configuration close.
    for (int i = 0; i < 500 && !runs_foreign(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(runs_foreign());
  }

  BirdHost host;
  service::SystemClock clock;
  remote::SshRouteServerHosts hosts{{host.private_key_path()}};
  render::ObjectCache objects;
  service::RouteServerApply engine{world.apply(), world.rollout(), world.forecasts(), hosts, objects, clock, {}};
};

TEST_CASE("a configuration made by hand stays until a person takes the route server over, and is replaced then") {
  RealRouteServer exchange;
  exchange.configure_by_hand();
  exchange.publish(exchange.member(64496));
  CHECK(exchange.run().verdict == Verdict::discard);
  CHECK(exchange.runs_foreign());
  CHECK(exchange.record().last_error.find("ztix rs apply rs1 --take-over --reason") != std::string::npos);

  auto& store = exchange.world.route_servers();
  REQUIRE(store.request_take_over("rs1", "a test left it there", delivery_admin()));
  CHECK(exchange.run().verdict == Verdict::done);
  const auto record = exchange.record();
  CHECK(record.last_error.empty());
  CHECK(record.confirmed_revision == record.wanted_revision);
  CHECK(exchange.runs(record.confirmed_digest));
  CHECK_FALSE(exchange.runs_foreign());
  const auto actions = exchange.actions("route_server", "rs1");
  CHECK(contains(actions, "route_server.take_over_requested"));
  CHECK(contains(actions, "route_server.taken_over"));

  SUBCASE("and the order is used up") {
    exchange.configure_by_hand();
    CHECK(exchange.run().verdict == Verdict::discard);
    CHECK(exchange.runs_foreign());
  }
  SUBCASE("and BIRD boots what was confirmed") {
    exchange.host.kill_bird();
    exchange.host.start_bird();
    CHECK(exchange.runs(record.confirmed_digest));
  }
}

TEST_CASE("an order to take over that was not used in time does not hold for what somebody does later") {
  RealRouteServer exchange;
  REQUIRE(exchange.world.route_servers().request_take_over("rs1", "a test", delivery_admin()));
  exchange.world.database.sql("UPDATE route_server SET take_over_until = now() - interval '1 second'");
  exchange.configure_by_hand();
  exchange.publish(exchange.member(64496));
  CHECK(exchange.run().verdict == Verdict::discard);
  CHECK(exchange.runs_foreign());
}

TEST_CASE("one of our own roots that runs confirmed and is not the boot file is made the boot file") {
  RealRouteServer exchange;
  const auto before = exchange.host.boot_target();
  const auto revision = exchange.publish(exchange.member(64496));
  REQUIRE(exchange.run().verdict == Verdict::done);
  const auto newest = exchange.host.boot_target();
  REQUIRE(newest != before);
  // As a worker leaves it that dies between confirm and persist.
  REQUIRE(exchange.host.inside({"ln", "-sfn", before, "/var/lib/ztix-rs/boot.conf"}).exit_code == 0);
  CHECK(exchange.run().verdict == Verdict::done);
  CHECK(exchange.host.boot_target() == newest);
  CHECK(exchange.record().confirmed_revision == revision);
}

}  // namespace
}  // namespace ztix::test
