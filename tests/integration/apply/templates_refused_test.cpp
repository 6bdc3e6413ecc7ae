/// A new version of ZTIX whose configurations a route server does not take.

#include <doctest/doctest.h>

#include "core/service/member_provisioning.h"
#include "core/service/wanted_network.h"
#include "core/store/departure_store.h"
#include "tests/integration/apply/rollout_world.h"
#include "tests/support/fake_fabric_provider.h"

using namespace ztix;
using namespace ztix::test;
using domain::RequestState;
using Verdict = service::JobOutcome::Verdict;

namespace {

/// One route server with a member, and workers that write another configuration than those before them: BIRD refuses
/// it.
struct OtherVersion : Rollout {
  OtherVersion() : Rollout(2) {
    fabric.add_network(service::wanted_network(world.networks().network(kLan).value()));
    publish(first);
    settle();
    // What runs was written by other templates.
    world.database.sql("UPDATE route_server SET confirmed_digest = $1", {digest("earlier")});
    for (const auto* name : {"rs1", "rs2"}) hosts.at(name).refuse_checks("syntax error, unexpected IMPORT");
    auto policy = domain::PolicyDefinition::standard();
    policy.max_path_length = 31;
    REQUIRE(world.apply().publish_release(policy, digest("t2"), delivery_admin()));
  }

  service::JobOutcome provision(const service::Request& request) {
    const auto job = provisioning(request);
    const auto outcome = members.run(job, [] { return true; });
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }

  service::Request first = member(64496);
  FakeFabricProvider fabric;
  service::MemberCutOff cut_off{world.departures(), world.provision(), fabric, hosts, clock};
  service::MemberProvisioning members{world.provision(), world.departures(), world.jobs(), fabric, cut_off, clock};
};

}  // namespace

TEST_CASE("Configurations of a new version that BIRD refuses blame nobody and name the remedy") {
  OtherVersion exchange;
  const auto revision = exchange.newest("rs1").revision;
  const auto outcome = exchange.run_waiting("rs1");
  CHECK(outcome.verdict == Verdict::discard);
  const auto shown = exchange.record("rs1");
  CHECK(shown.last_step == "A5 check");
  CHECK(shown.last_error.find("unexpected IMPORT") != std::string::npos);
  CHECK(shown.last_error.find("workers of the version before") != std::string::npos);
  CHECK(shown.diverged);
  CHECK(exchange.newest("rs1").revision == revision);
  CHECK(exchange.state(exchange.first) == RequestState::active);
  CHECK_FALSE(exchange.now(exchange.first).held);
  CHECK(exchange.hosts.at("rs1").running_revision() < revision);
  SUBCASE("not even a member that is new, and would be the only change") {
    const auto second = exchange.member(64497);
    exchange.publish(second);
    exchange.run_waiting("rs1");
    CHECK(exchange.state(second) == RequestState::provisioning);
    CHECK_FALSE(exchange.now(second).held);
  }
  SUBCASE("and with a version that BIRD takes all goes on by itself") {
    for (const auto* name : {"rs1", "rs2"}) exchange.hosts.at(name).refuse_checks({});
    exchange.world.database.sql("UPDATE job SET finished_at = now() - interval '2 minutes' WHERE state = 'dead'");
    REQUIRE(exchange.world.jobs().revive_dead().value() > 0);
    exchange.settle();
    CHECK(exchange.record("rs1").last_error.empty());
    CHECK_FALSE(exchange.record("rs1").diverged);
  }
}

TEST_CASE("A suspension gets through to hosts that take no configuration of this version") {
  OtherVersion exchange;
  exchange.run_waiting("rs1");
  const auto session = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  REQUIRE(exchange.hosts.at("rs1").is_on(session));
  REQUIRE(exchange.world.lifecycle().suspend(exchange.first.id, "spoofed", exchange.command()));
  CHECK(exchange.provision(exchange.first).verdict == Verdict::done);
  for (const auto* name : {"rs1", "rs2"}) CHECK_FALSE(exchange.hosts.at(name).is_on(session));
  exchange.run("rs1");
  CHECK_FALSE(exchange.hosts.at("rs1").is_on(session));
}

namespace {

/// Two route servers with a member whose session is up, and workers of a version that loses it wherever it is armed.
struct HarmfulVersion : Rollout {
  HarmfulVersion() : Rollout(2) {
    publish(member(64496));
    settle();
    for (const std::string name : kNames) {
      come_up(name);
      watch(name);
    }
    after_run = [this] {
      for (const std::string name : kNames) come_up(name);
    };
    world.database.sql("UPDATE route_server SET confirmed_digest = $1", {digest("earlier")});
    publish_path_length(31);
  }

  void publish_path_length(unsigned length) {
    auto policy = domain::PolicyDefinition::standard();
    policy.max_path_length = length;
    REQUIRE(world.apply().publish_release(policy, digest("t2"), delivery_admin()));
  }

  /// Long enough for its loss to be the version's doing.
  void come_up(const std::string& name) {
    hosts.at(name).establish(kSession);
    hosts.at(name).advance(std::chrono::seconds(61));
  }

  void watch(const std::string& name) {
    hosts.at(name).after_next_arm([this, name](FakeBird& bird) {
      ++arms;
      if (is_harmful) bird.lose(kSession);
      watch(name);
    });
  }

  /// As hours pass: retries become due, the dead are revived.
  void let_time_pass() {
    for (int round = 0; round < 6; ++round) {
      world.database.sql("UPDATE job SET run_at = now() WHERE state = 'ready' AND run_at > now()");
      world.database.sql("UPDATE job SET finished_at = now() - interval '2 hours' WHERE state = 'dead'");
      REQUIRE(world.jobs().revive_dead());
      settle();
    }
  }

  static inline const std::string kSession = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  static constexpr const char* kNames[] = {"rs1", "rs2"};
  int arms = 0;  ///< on both
  bool is_harmful = true;
};

}  // namespace

TEST_CASE("A version that does harm does it twice on one route server and then nowhere, until a person says so") {
  HarmfulVersion exchange;
  const auto canary = exchange.canary();
  exchange.let_time_pass();
  CHECK(exchange.arms == 2);
  const auto shown = exchange.record(canary);
  CHECK(shown.last_error.find("undone on " + canary) != std::string::npos);
  CHECK(shown.last_error.find("ztix rs retry " + canary) != std::string::npos);
  CHECK(contains(exchange.actions("route_server", canary), "templates.refused"));

  SUBCASE("not even for a member that is new, or another policy") {
    exchange.publish(exchange.member(64497));
    exchange.publish_path_length(30);
    exchange.let_time_pass();
    CHECK(exchange.arms == 2);
  }
  SUBCASE("and goes out everywhere when it is tried again and does none") {
    exchange.is_harmful = false;
    REQUIRE(exchange.world.rollout_as_admin().retry(canary, delivery_admin()));
    exchange.let_time_pass();
    CHECK(exchange.arms == 4);
    for (const auto* name : HarmfulVersion::kNames) {
      CHECK(exchange.record(name).last_error.empty());
      CHECK_FALSE(exchange.record(name).diverged);
    }
  }
}
