#include "core/service/member_revocation.h"

#include <doctest/doctest.h>

#include "core/service/member_provisioning.h"
#include "tests/contract/store_jobs/fake_delivery_world.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_fabric_provider.h"
#include "tests/support/fake_route_server_host.h"

namespace ztix::test {
namespace {

using service::Departure;
using service::JobOutcome;
using Verdict = service::JobOutcome::Verdict;

const service::StillMine kMine = [] { return true; };
constexpr std::chrono::minutes kGrace{60};

/// Two enabled route servers, a controller, and an active member.
struct Exchange : Delivery<FakeDeliveryWorld> {
  Exchange() : Delivery(20), member_request(prepare()) {
    REQUIRE(provision().verdict == Verdict::done);
    confirm("rs1");
    confirm("rs2");
    REQUIRE(state(member_request) == RequestState::active);
    member_request = now(member_request);
  }
  Request prepare() {
    for (const int nr : {1, 2}) {
      enabled_route_server(nr);
      hosts.add("rs" + std::to_string(nr));
    }
    fabric.add_network(
        {kLan, "berlin", {Prefix::parse("192.0.2.64/26").value(), Prefix::parse("2001:db8:1::/64").value()}});
    return member(64496);
  }

  JobOutcome provision() {
    const auto job = provisioning(member_request);
    auto outcome = provisioning_handler.run(job, kMine);
    REQUIRE(world.jobs().finish(job, {Verdict::done, 0ms, ""}));
    return outcome;
  }
  JobOutcome revoke(const service::StillMine& still_mine = kMine) {
    const auto job = revoking(member_request);
    auto outcome = handler.run(job, still_mine);
    done(job);
    return outcome;
  }
  void depart(Departure departure) {
    REQUIRE(world.lifecycle().depart(member_request.id, departure, "over", command()));
  }
  /// Time for everybody: the controller is read again after 1, 5 and 30 s.
  void pass(std::chrono::milliseconds duration) { world.exchange.now += duration; }
  /// Runs the job as it asks to be run, until it wants to wait for somebody else.
  JobOutcome revoke_through_rereads() {
    auto outcome = revoke();
    for (int i = 0; i < 3 && outcome.verdict == Verdict::snooze; ++i) {
      pass(outcome.delay);
      outcome = revoke();
    }
    return outcome;
  }
  service::FabricMember at_controller() {
    const auto members = fabric.list_members(kLan).value();
    for (const auto& each : members) {
      if (each.node_id == *member_request.node_id) return each;
    }
    return {*member_request.node_id, false, {}, false};
  }
  [[nodiscard]] static bool was_disabled(FakeRouteServer& host) {
    const auto calls = host.calls();
    return std::count(calls.begin(), calls.end(), "disable") > 0;
  }
  [[nodiscard]] RequestState state_now() { return state(member_request); }
  [[nodiscard]] std::vector<std::string> owed() { return now(member_request).owed; }

  FakeFabricProvider fabric;
  FakeClock clock;
  FakeRouteServerHosts hosts;
  service::MemberCutOff cut_off{world.departures(), world.provision(), fabric, hosts, clock};
  service::MemberProvisioning provisioning_handler{
      world.provision(), world.departures(), world.jobs(), fabric, cut_off, clock};
  service::MemberRevocation handler{world.departures(), world.provision(), world.jobs(), cut_off, settings()};
  Request member_request;

  static service::RevocationSettings settings() {
    service::RevocationSettings settings;
    settings.leave_grace = kGrace;
    settings.cooling_off = std::chrono::hours(24);
    return settings;
  }
};

}  // namespace

TEST_CASE("An urgent end disables on every route server and deauthorises before any configuration has changed") {
  Exchange exchange;
  REQUIRE(exchange.at_controller().authorized);
  exchange.depart(Departure::urgent);
  const auto outcome = exchange.revoke();
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(Exchange::was_disabled(exchange.hosts.at("rs1")));
  CHECK(Exchange::was_disabled(exchange.hosts.at("rs2")));
  CHECK_FALSE(exchange.at_controller().authorized);
  CHECK(exchange.at_controller().addresses.empty());
  CHECK(exchange.state_now() == RequestState::revoking);
}

TEST_CASE("The controller is read again after 1, 5 and 30 seconds, and a lost write is found and repeated") {
  Exchange exchange;
  exchange.depart(Departure::urgent);
  CHECK(exchange.revoke().delay == 1s);
  // Another writer's stale copy brings the member back (measured on the controller).
  const auto addresses = std::vector{*exchange.member_request.address_v6};
  REQUIRE(exchange.fabric.authorize(kLan, *exchange.member_request.node_id, addresses, [] { return true; }));
  exchange.pass(1s);
  CHECK(exchange.revoke().delay == 4s);
  CHECK_FALSE(exchange.at_controller().authorized);
  exchange.pass(4s);
  CHECK(exchange.revoke().delay == 25s);
  CHECK(exchange.state_now() == RequestState::revoking);
}

TEST_CASE("A membership ends when every route server that answers has confirmed, and not before") {
  Exchange exchange;
  exchange.depart(Departure::urgent);
  CHECK(exchange.revoke_through_rereads().verdict == Verdict::snooze);
  CHECK(exchange.state_now() == RequestState::revoking);
  exchange.confirm("rs1");
  CHECK(exchange.revoke().verdict == Verdict::snooze);
  exchange.confirm("rs2");
  CHECK(exchange.revoke().verdict == Verdict::done);
  CHECK(exchange.state_now() == RequestState::revoked);
  CHECK(exchange.owed().empty());
}

TEST_CASE("A route server that does not answer delays nobody and is written down as owing") {
  Exchange exchange;
  exchange.hosts.at("rs2").set_reachable(false);
  exchange.depart(Departure::urgent);
  exchange.revoke();
  CHECK(Exchange::was_disabled(exchange.hosts.at("rs1")));
  CHECK_FALSE(exchange.at_controller().authorized);
  exchange.confirm("rs1");
  for (const auto wait : {1s, 4s, 25s}) {
    exchange.pass(wait);
    exchange.revoke();
  }
  CHECK(exchange.state_now() == RequestState::revoked);
  CHECK(exchange.owed() == std::vector<std::string>{"rs2"});
  exchange.confirm("rs2");
  CHECK(exchange.owed().empty());
}

TEST_CASE("An orderly end withdraws everywhere, waits its grace, and only then closes the fabric") {
  Exchange exchange;
  exchange.depart(Departure::orderly);
  CHECK(exchange.revoke().verdict == Verdict::snooze);
  CHECK(exchange.at_controller().authorized);
  exchange.confirm("rs1");
  CHECK(exchange.revoke().verdict == Verdict::snooze);
  exchange.confirm("rs2");
  CHECK(exchange.revoke().delay == kGrace);
  CHECK(exchange.at_controller().authorized);
  exchange.pass(kGrace - 1s);
  CHECK(exchange.revoke().delay == 1s);
  CHECK(exchange.at_controller().authorized);
  exchange.pass(1s);
  CHECK(exchange.revoke_through_rereads().verdict == Verdict::done);
  CHECK_FALSE(exchange.at_controller().authorized);
  CHECK(exchange.at_controller().addresses.empty());
  CHECK(exchange.state_now() == RequestState::revoked);
  CHECK_FALSE(Exchange::was_disabled(exchange.hosts.at("rs1")));
}

TEST_CASE("While the controller does not answer an end goes on trying and says what it waits for") {
  Exchange exchange;
  exchange.depart(Departure::urgent);
  exchange.fabric.reachable = false;
  CHECK(exchange.revoke().verdict == Verdict::snooze);
  CHECK(exchange.now(exchange.member_request).waiting_for == "fabric_not_ready");
  CHECK(Exchange::was_disabled(exchange.hosts.at("rs1")));
  exchange.fabric.reachable = true;
  CHECK(exchange.revoke().verdict == Verdict::snooze);
  CHECK_FALSE(exchange.at_controller().authorized);
  CHECK(exchange.now(exchange.member_request).waiting_for.empty());
}

TEST_CASE("A host that has seen a higher fence is asked again with the newest one") {
  Exchange exchange;
  exchange.world.job_store.set_target_fence("rs1", 5);
  auto& host = exchange.hosts.at("rs1");
  const auto presence = exchange.world.departures().presence(*exchange.member_request.membership_id).value();
  // An apply has begun there between our reading and our call.
  const auto apply = exchange.applying("rs1");
  const auto probing = exchange.hosts.connect(presence.route_servers[0].endpoint).value();
  REQUIRE(probing->probe({presence.installation, apply.target_fence, "1"}));
  REQUIRE(apply.target_fence > presence.route_servers[0].fence);
  const auto report = exchange.cut_off.everywhere(exchange.revoking(exchange.member_request), presence, kMine);
  CHECK(report.disabled == std::vector<std::string>{"rs1", "rs2"});
  CHECK(Exchange::was_disabled(host));
  CHECK(report.controller);
}

TEST_CASE("A worker whose lease is gone cuts nobody off") {
  Exchange exchange;
  exchange.depart(Departure::urgent);
  CHECK(exchange.revoke([] { return false; }).verdict == Verdict::fenced);
  CHECK(exchange.at_controller().authorized);
}

TEST_CASE("A node that was removed joins again and stays outside, whatever runs for its membership") {
  Exchange exchange;
  exchange.depart(Departure::urgent);
  exchange.confirm("rs1");
  exchange.confirm("rs2");
  CHECK(exchange.revoke_through_rereads().verdict == Verdict::done);
  exchange.fabric.node_asks(kLan, *exchange.member_request.node_id);
  CHECK(exchange.provision().verdict == Verdict::done);
  CHECK(exchange.revoke().verdict == Verdict::done);
  CHECK_FALSE(exchange.at_controller().authorized);
}

TEST_CASE("A suspended member is cut off everywhere and keeps its addresses; resumed, it is let in with them again") {
  Exchange exchange;
  REQUIRE(exchange.world.lifecycle().suspend(exchange.member_request.id, "spoofed", exchange.command()));
  CHECK(exchange.provision().verdict == Verdict::done);
  CHECK(Exchange::was_disabled(exchange.hosts.at("rs1")));
  CHECK_FALSE(exchange.at_controller().authorized);
  CHECK(exchange.state_now() == RequestState::active);
  CHECK(exchange.now(exchange.member_request).address_v4 == exchange.member_request.address_v4);
  REQUIRE(exchange.world.lifecycle().resume(exchange.member_request.id, exchange.command()));
  CHECK(exchange.provision().verdict == Verdict::done);
  CHECK(exchange.at_controller().authorized);
  CHECK(exchange.at_controller().addresses ==
        std::vector{*exchange.member_request.address_v4, *exchange.member_request.address_v6});
}

TEST_CASE("A member suspended while a run waits for the right to write is not let in by that run") {
  Exchange exchange;
  const auto network = kLan.text();
  // Another worker writes to the network; meanwhile an administrator suspends.
  exchange.world.delivery.fabric_locks.insert(network);
  exchange.clock.while_asleep = [&] {
    const auto& id = exchange.member_request.id;
    if (!exchange.now(exchange.member_request).suspended) {
      REQUIRE(exchange.world.lifecycle().suspend(id, "spoofed", exchange.command()));
    }
    exchange.world.delivery.fabric_locks.erase(network);
  };
  REQUIRE(exchange.fabric.deauthorize(kLan, *exchange.member_request.node_id, [] { return true; }));
  CHECK(exchange.provision().verdict == Verdict::snooze);
  CHECK_FALSE(exchange.at_controller().authorized);
}

}  // namespace ztix::test
