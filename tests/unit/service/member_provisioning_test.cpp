#include "core/service/member_provisioning.h"

#include <doctest/doctest.h>

#include "tests/contract/store_jobs/fake_delivery_world.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_fabric_provider.h"
#include "tests/support/fake_route_server_host.h"

namespace ztix::test {
namespace {

using service::JobOutcome;
using Verdict = service::JobOutcome::Verdict;

const service::StillMine kMine = [] { return true; };

/// An exchange with an enabled route server and a controller that is as wanted.
struct Provisioning : Delivery<FakeDeliveryWorld> {
  explicit Provisioning(int pool_size = 20) : Delivery(pool_size) {
    enabled_route_server(1);
    fabric.add_network(
        {kLan, "berlin", {Prefix::parse("192.0.2.64/26").value(), Prefix::parse("2001:db8:1::/64").value()}});
  }

  /// As the worker does it: claim, run, finish.
  JobOutcome run(const Request& request, const service::StillMine& still_mine = kMine, int attempt = 1) {
    auto job = provisioning(request);
    job.attempt = attempt;
    auto outcome = handler.run(job, still_mine);
    if (outcome.verdict != Verdict::fenced) done(job);
    return outcome;
  }
  Request without_node(std::uint64_t number) {
    const auto made = world.requests().create({as_number(number), kLan, std::nullopt, true, ""}, command());
    return world.requests().approve(made.value().id, command()).value();
  }
  Request provisioned(std::uint64_t number) {
    const auto request = member(number);
    REQUIRE(run(request).verdict == Verdict::done);
    confirm("rs1");
    REQUIRE(state(request) == RequestState::active);
    return now(request);
  }
  service::ProvisionSubject subject(const Request& request) {
    return world.provision().subject(*request.membership_id).value();
  }
  service::FabricMember at_controller(const domain::NodeId& node) {
    const auto members = fabric.list_members(kLan).value();
    for (const auto& member : members) {
      if (member.node_id == node) return member;
    }
    return {node, false, {}, false};
  }

  FakeFabricProvider fabric;
  FakeClock clock;
  FakeRouteServerHosts hosts;
  service::MemberCutOff cut_off{world.departures(), world.provision(), fabric, hosts, clock};
  service::MemberProvisioning handler{world.provision(), world.departures(), world.jobs(), fabric, cut_off, clock};
};

/// The request stands still, and says why and what to do.
void check_waits(Provisioning& exchange, const Request& request, const std::string& word) {
  const auto now = exchange.now(request);
  CHECK(now.waiting_for == word);
  CHECK_FALSE(now.waiting_remedy.empty());
  CHECK_FALSE(exchange.is_rendered("rs1", request));
}

}  // namespace

TEST_CASE("Provisioning authorises the node with its addresses and publishes the membership") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  const auto outcome = exchange.run(request);
  CHECK(outcome.verdict == Verdict::done);
  const auto member = exchange.at_controller(*request.node_id);
  CHECK(member.authorized);
  CHECK(member.addresses == std::vector{address("192.0.2.74"), address("2001:db8:1:0:a500:6:4496:1")});
  CHECK(exchange.is_rendered("rs1", request));
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(exchange.state(request) == RequestState::provisioning);
  CHECK(exchange.now(request).waiting_for.empty());
}

TEST_CASE("Provisioning again writes nothing new, neither at the controller nor into a revision") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  REQUIRE(exchange.run(request).verdict == Verdict::done);
  const auto revision = exchange.newest("rs1").revision;
  REQUIRE(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.fabric.writes == 1);
  CHECK(exchange.newest("rs1").revision == revision);
}

TEST_CASE("A request without node id waits for it, and provisioning goes on when it is set") {
  Provisioning exchange;
  const auto request = exchange.without_node(64496);
  CHECK(exchange.run(request).verdict == Verdict::done);
  check_waits(exchange, request, "awaiting_node_id");
  CHECK(exchange.state(request) == RequestState::approved);
  CHECK_FALSE(exchange.subject(request).address_v6);
  CHECK(exchange.fabric.writes == 0);
  const auto node = domain::NodeId::parse("dddddddddd").value();
  REQUIRE(exchange.world.requests().set_node_id(request.id, node, exchange.command()));
  CHECK(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.at_controller(node).authorized);
  CHECK(exchange.now(request).waiting_for.empty());
}

TEST_CASE("With the IPv4 pool exhausted a request is looked at again, and goes on when an address is free") {
  Provisioning exchange(1);
  const auto first = exchange.member(64496);
  REQUIRE(exchange.run(first).verdict == Verdict::done);
  const auto second = exchange.member(64497);
  const auto outcome = exchange.run(second);
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.delay == 10s);
  check_waits(exchange, second, "ipv4_pool_exhausted");
  CHECK(exchange.state(second) == RequestState::approved);
  CHECK_FALSE(exchange.at_controller(*second.node_id).authorized);
  CHECK(exchange.run(exchange.member(64498, false)).verdict == Verdict::done);
  exchange.world.delivery.members[*first.membership_id].ipv4.reset();
  CHECK(exchange.run(second).verdict == Verdict::done);
  CHECK(exchange.at_controller(*second.node_id).addresses.front() == address("192.0.2.74"));
}

TEST_CASE("While the controller is not ready nothing is written, and the request names the check and its remedy") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  std::string check;
  SUBCASE("nobody answers") {
    exchange.fabric.reachable = false;
    check = "reachable: ";
  }
  SUBCASE("the token is refused") {
    exchange.fabric.token_is_good = false;
    check = "token: ";
  }
  SUBCASE("the network is not as wanted") {
    exchange.fabric.spoil_network(kLan);
    check = "network_configuration: ";
  }
  const auto outcome = exchange.run(request);
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.error == "fabric_not_ready");
  check_waits(exchange, request, "fabric_not_ready");
  CHECK(exchange.now(request).waiting_remedy.starts_with(check));
  CHECK(exchange.now(request).waiting_remedy.ends_with("Do what a person would do about it."));
  CHECK(exchange.state(request) == RequestState::approved);
  CHECK(exchange.fabric.writes == 0);
}

TEST_CASE("A controller that is not ready is asked again later each time, but every ten seconds at least") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  exchange.fabric.reachable = false;
  CHECK(exchange.run(request, kMine, 1).delay == 1s);
  CHECK(exchange.run(request, kMine, 2).delay == 2s);
  CHECK(exchange.run(request, kMine, 4).delay == 8s);
  CHECK(exchange.run(request, kMine, 5).delay == 10s);
  CHECK(exchange.run(request, kMine, 1'000'000).delay == 10s);
  exchange.fabric.reachable = true;
  CHECK(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.now(request).waiting_for.empty());
  CHECK(exchange.now(request).waiting_remedy.empty());
}

TEST_CASE("Provisioning waits for the one who writes to the network, for a while") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  auto other = exchange.world.provision().lock_fabric(kLan).value();
  SUBCASE("who is done in time") {
    exchange.clock.while_asleep = [&] {
      if (exchange.clock.sleeps == 3) other.reset();
    };
    CHECK(exchange.run(request).verdict == Verdict::done);
    CHECK(exchange.clock.sleeps == 3);
  }
  SUBCASE("who is not") {
    const auto outcome = exchange.run(request);
    CHECK(outcome.verdict == Verdict::snooze);
    CHECK(exchange.clock.monotonic().time_since_epoch() >= 1s);
    CHECK(exchange.clock.monotonic().time_since_epoch() <= 5s);
    CHECK(exchange.fabric.writes == 0);
    check_waits(exchange, request, "fabric_not_ready");
    other.reset();
    CHECK(exchange.run(request).verdict == Verdict::done);
  }
}

TEST_CASE("What the controller does not keep is written again, and given up when that does not help") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  SUBCASE("kept at the third try") {
    exchange.fabric.lost_writes = 2;
    CHECK(exchange.run(request).verdict == Verdict::done);
    CHECK(exchange.at_controller(*request.node_id).authorized);
  }
  SUBCASE("never kept") {
    exchange.fabric.lost_writes = 1000;
    const auto outcome = exchange.run(request);
    CHECK(outcome.verdict == Verdict::discard);
    CHECK(exchange.state(request) == RequestState::failed);
    CHECK(exchange.now(request).reason == outcome.error);
    CHECK_FALSE(exchange.is_rendered("rs1", request));
  }
}

TEST_CASE("What the controller refuses for good fails the request with the cause, and a retry may heal it") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  for (const auto code : {ErrorCode::invalid_argument, ErrorCode::forbidden, ErrorCode::not_found, ErrorCode::conflict,
                          ErrorCode::out_of_range}) {
    exchange.fabric.refusal = fail(code, "The controller says no.");
    const auto outcome = exchange.run(request);
    CHECK(outcome.verdict == Verdict::discard);
    CHECK(outcome.error == "The controller says no.");
    CHECK(exchange.state(request) == RequestState::failed);
    CHECK(exchange.now(request).reason == "The controller says no.");
    CHECK_FALSE(exchange.is_rendered("rs1", request));
    REQUIRE(exchange.world.requests().transition(request.id, RequestEvent::retry, "", exchange.command()));
    CHECK(exchange.state(request) == RequestState::approved);
  }
  exchange.fabric.refusal.reset();
  CHECK(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.is_rendered("rs1", request));
}

TEST_CASE("A refusal for good leaves an active request active") {
  Provisioning exchange;
  const auto request = exchange.provisioned(64496);
  const auto node = domain::NodeId::parse("dddddddddd").value();
  REQUIRE(exchange.world.requests().set_node_id(request.id, node, exchange.command()));
  exchange.fabric.refusal = fail(ErrorCode::invalid_argument, "The controller says no.");
  CHECK(exchange.run(request).verdict == Verdict::discard);
  CHECK(exchange.state(request) == RequestState::active);
  CHECK(exchange.is_rendered("rs1", request));
  CHECK(exchange.at_controller(*request.node_id).authorized);
}

TEST_CASE("What the controller refuses for the moment is waited out") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  for (const auto code : {ErrorCode::unavailable, ErrorCode::timeout, ErrorCode::upstream, ErrorCode::rate_limited,
                          ErrorCode::unauthenticated}) {
    exchange.fabric.refusal = fail(code, "The controller is busy.");
    const auto outcome = exchange.run(request);
    CHECK(outcome.verdict == Verdict::snooze);
    CHECK(outcome.delay == 1s);
    check_waits(exchange, request, "fabric_not_ready");
    CHECK(exchange.now(request).waiting_remedy == "The controller is busy.");
    CHECK(exchange.state(request) == RequestState::provisioning);
  }
  exchange.fabric.refusal = fail(ErrorCode::internal, "A bug of ours.");
  CHECK(exchange.run(request).verdict == Verdict::retry);
  CHECK(exchange.state(request) == RequestState::provisioning);
  exchange.fabric.refusal.reset();
  CHECK(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.now(request).waiting_for.empty());
}

TEST_CASE("Another node id takes over the addresses at the controller, and no configuration changes") {
  Provisioning exchange;
  const auto request = exchange.provisioned(64496);
  const auto addresses = exchange.at_controller(*request.node_id).addresses;
  const auto revision = exchange.newest("rs1").revision;
  const auto node = domain::NodeId::parse("dddddddddd").value();
  REQUIRE(exchange.world.requests().set_node_id(request.id, node, exchange.command()));
  CHECK(exchange.run(request).verdict == Verdict::done);
  CHECK(exchange.at_controller(node).authorized);
  CHECK(exchange.at_controller(node).addresses == addresses);
  CHECK_FALSE(exchange.at_controller(*request.node_id).authorized);
  CHECK(exchange.at_controller(*request.node_id).addresses.empty());
  CHECK_FALSE(exchange.subject(request).previous_node_id);
  CHECK(exchange.newest("rs1").revision == revision);
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE("A node change that is cut between its two writes remembers the old node, and the next run clears it") {
  Provisioning exchange;
  const auto request = exchange.provisioned(64496);
  const auto node = domain::NodeId::parse("dddddddddd").value();
  REQUIRE(exchange.world.requests().set_node_id(request.id, node, exchange.command()));
  const auto before = exchange.fabric.writes;
  CHECK(exchange.run(request, [&] { return exchange.fabric.writes == before; }).verdict == Verdict::fenced);
  CHECK(exchange.at_controller(node).authorized);
  CHECK(exchange.at_controller(*request.node_id).authorized);
  CHECK(exchange.subject(request).previous_node_id == request.node_id);
  exchange.world.job_store.advance(61s);
  const auto rescued = exchange.world.jobs().claim("w2", 60s, 10).value();
  REQUIRE(rescued.size() == 1);
  CHECK(exchange.handler.run(rescued.front(), kMine).verdict == Verdict::done);
  CHECK_FALSE(exchange.at_controller(*request.node_id).authorized);
  CHECK_FALSE(exchange.subject(request).previous_node_id);
}

TEST_CASE("A worker whose lease is no longer certain writes nothing, neither here nor there") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  CHECK(exchange.run(request, [] { return false; }).verdict == Verdict::fenced);
  CHECK(exchange.fabric.writes == 0);
  CHECK(exchange.now(request).waiting_for.empty());
  CHECK_FALSE(exchange.is_rendered("rs1", request));
}

TEST_CASE("A worker whose job was taken over stops, wherever it is") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  const auto job = exchange.provisioning(request);
  SUBCASE("before it begins") {
    exchange.world.steal(job);
    CHECK(exchange.handler.run(job, kMine).verdict == Verdict::fenced);
    CHECK(exchange.state(request) == RequestState::approved);
    CHECK_FALSE(exchange.subject(request).address_v6);
    CHECK(exchange.fabric.writes == 0);
  }
  SUBCASE("after it was asked for the last time") {
    const auto stolen = [&] {
      exchange.world.steal(job);
      return true;
    };
    CHECK(exchange.handler.run(job, stolen).verdict == Verdict::fenced);
    CHECK(exchange.fabric.writes == 1);
  }
  CHECK(exchange.now(request).waiting_for.empty());
  CHECK_FALSE(exchange.is_rendered("rs1", request));
}

TEST_CASE("A lock that is lost before the write means that nothing is written") {
  Provisioning exchange;
  const auto request = exchange.member(64496);
  const auto lose_lock = [&] {
    const std::lock_guard hold(exchange.world.exchange.mutex);
    exchange.world.delivery.fabric_locks.clear();
    return true;
  };
  CHECK(exchange.run(request, lose_lock).verdict == Verdict::snooze);
  CHECK(exchange.fabric.writes == 0);
  CHECK_FALSE(exchange.at_controller(*request.node_id).authorized);
  CHECK(exchange.state(request) == RequestState::provisioning);
  CHECK(exchange.run(request).verdict == Verdict::done);
}

TEST_CASE("A job without a membership is given up") {
  Provisioning exchange;
  for (const auto* subject : {"membership:4711", "membership:", "membership:x", "berlin"}) {
    const auto job = exchange.claimed("member.provision", subject);
    const auto outcome = exchange.handler.run(job, kMine);
    CHECK(outcome.verdict == Verdict::discard);
    CHECK_FALSE(outcome.error.empty());
  }
}

}  // namespace ztix::test
