#include <algorithm>

#include <doctest/doctest.h>

#include "tests/integration/apply/apply_world.h"

using namespace ztix;
using namespace ztix::test;
using Verdict = service::JobOutcome::Verdict;

TEST_CASE("A joining route server takes the newest revision and is enabled") {
  ApplyWorld exchange;
  auto& host = exchange.new_route_server(1);
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(exchange.record("rs1").config.state == domain::RouteServerState::enabled);
  // Being enabled is a part of the manifest, so it makes a revision of its own; its bytes are the same.
  REQUIRE(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  const auto record = exchange.record("rs1");
  CHECK(record.confirmed_revision == record.wanted_revision);
  CHECK(host.running_digest() == record.confirmed_digest);
  CHECK_FALSE(host.is_armed());
}

TEST_CASE("A published membership is armed, confirmed and made the boot file, and its request becomes active") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(host.running_revision() == revision);
  CHECK_FALSE(host.is_armed());
  CHECK(exchange.state(request) == domain::RequestState::active);
  CHECK(exchange.delivery(request, "rs1").state == domain::DeliveryState::confirmed);

  SUBCASE("and it survives a restart of BIRD") {
    host.kill_bird();
    host.start_bird();
    CHECK(host.running_revision() == revision);
  }
  SUBCASE("and a second run finds nothing to do") {
    const auto before = host.calls().size();
    CHECK(exchange.run("rs1").verdict == Verdict::done);
    const auto calls = host.calls();
    CHECK(std::find(calls.begin() + static_cast<std::ptrdiff_t>(before), calls.end(), "arm") == calls.end());
  }
}

TEST_CASE("Only what the host lacks is uploaded") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  exchange.run("rs1");
  const auto before = host.files();
  exchange.publish(exchange.member(64497));
  exchange.run("rs1");
  const auto after = host.files();
  CHECK(after.size() == before.size() + 2);  // one object, one root
}

TEST_CASE("An unreachable route server is tried again later, shows why, and catches up straight to the newest") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  host.set_reachable(false);
  const auto outcome = exchange.run("rs1");
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.delay <= std::chrono::seconds(10));
  CHECK(exchange.state(request) == domain::RequestState::provisioning);
  CHECK_FALSE(exchange.delivery(request, "rs1").last_error.empty());
  CHECK_FALSE(exchange.record("rs1").last_error.empty());

  const auto newest = exchange.publish(exchange.member(64497));
  host.set_reachable(true);
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(host.running_revision() == newest);
  CHECK(exchange.state(request) == domain::RequestState::active);
  CHECK(exchange.delivery(request, "rs1").last_error.empty());
}

TEST_CASE("Wherever a call or its answer is lost, the next run ends on the confirmed new configuration") {
  for (const std::string verb : {"probe", "have", "put", "check", "arm", "confirm", "persist"}) {
    for (const bool answer_only : {false, true}) {
      CAPTURE(verb);
      CAPTURE(answer_only);
      ApplyWorld exchange;
      auto& host = exchange.ready_route_server(1);
      const auto request = exchange.member(64496);
      const auto revision = exchange.publish(request);
      answer_only ? host.lose_answer(verb) : host.lose_call(verb);
      exchange.run("rs1");
      CHECK(exchange.run("rs1").verdict == Verdict::done);
      CHECK(host.running_revision() == revision);
      CHECK_FALSE(host.is_armed());
      CHECK(exchange.state(request) == domain::RequestState::active);
      host.kill_bird();
      host.start_bird();
      CHECK(host.running_revision() == revision);
    }
  }
}

TEST_CASE("Nothing is confirmed before BIRD has finished reconfiguring") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto before = host.calls().size();
  host.after_next_arm([](FakeBird& bird) { bird.stay_busy(3); });
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(host.running_revision() == revision);
  const auto calls = host.calls();
  const auto arm = std::find(calls.begin() + static_cast<std::ptrdiff_t>(before), calls.end(), "arm");
  const auto confirm = std::find(arm, calls.end(), "confirm");
  CHECK(std::count(arm, confirm, "probe") == 4);
}

TEST_CASE("BIRD that stays busy for longer than the budget has its configuration taken back") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto before = host.running_revision();
  exchange.publish(exchange.member(64496));
  host.after_next_arm([](FakeBird& bird) { bird.stay_busy(1'000'000); });
  CHECK(exchange.run("rs1").verdict == Verdict::retry);
  CHECK(host.running_revision() == before);
  CHECK_FALSE(host.is_armed());
}

TEST_CASE("A run that is cut off after arming leaves the old configuration when the time is up") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto before = host.running_revision();
  exchange.publish(exchange.member(64496));
  host.lose_answer("arm");
  exchange.run("rs1");
  CHECK(host.is_armed());
  host.advance(std::chrono::seconds(61));
  CHECK_FALSE(host.is_armed());
  CHECK(host.running_revision() == before);
}

TEST_CASE("BIRD killed while armed boots the old configuration, and the next run applies again") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto before = host.running_revision();
  const auto revision = exchange.publish(exchange.member(64496));
  host.lose_answer("arm");
  exchange.run("rs1");
  host.kill_bird();
  host.start_bird();
  CHECK(host.running_revision() == before);
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(host.running_revision() == revision);
}

TEST_CASE("A session that a change does not name and that goes down undoes the change") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  exchange.run("rs1");
  const auto before = host.running_revision();
  const auto name = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  host.establish(name);
  // Between probe and verify the untouched session is lost.
  const auto request = exchange.member(64497);
  exchange.publish(request);
  host.after_next_arm([&](FakeBird& bird) { bird.lose(name); });
  const auto outcome = exchange.run("rs1");
  CHECK(outcome.verdict == Verdict::retry);
  CHECK(host.running_revision() == before);
  CHECK_FALSE(host.is_armed());
  CHECK(exchange.delivery(request, "rs1").state == domain::DeliveryState::failed);
  CHECK(exchange.delivery(request, "rs1").last_error.find(name) != std::string::npos);
}

TEST_CASE("ROAs that are lost undo the change") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto before = host.running_revision();
  host.set_roa_count("ztix_roa_v4", 1000);
  exchange.publish(exchange.member(64496));
  host.after_next_arm([](FakeBird& bird) { bird.set_roa_count("ztix_roa_v4", 100); });
  CHECK(exchange.run("rs1").verdict == Verdict::retry);
  CHECK(host.running_revision() == before);
}

TEST_CASE("A worker whose lease is not certain any more does nothing to the host") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  exchange.lease_is_good = false;
  CHECK(exchange.run("rs1").verdict == Verdict::fenced);
  CHECK_FALSE(host.is_armed());
}

TEST_CASE("A worker that was overtaken is refused by the host") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  const auto stale = exchange.applying("rs1");
  exchange.world.steal(stale);
  const service::HostCredential newer{exchange.world.apply().subject("rs1").value().installation,
                                      stale.target_fence + 1, "later"};
  REQUIRE(exchange.host("rs1")->probe(newer));
  const auto outcome = exchange.engine.run(stale, [] { return false; });
  CHECK(outcome.verdict == Verdict::fenced);
  CHECK(host.fence() == stale.target_fence + 1);
}

TEST_CASE("A host that has seen a higher fence is caught up with once while the lease is good") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto subject = exchange.world.apply().subject("rs1").value();
  REQUIRE(exchange.host("rs1")->probe({subject.installation, host.fence() + 100, "restored"}));
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK(host.running_revision() == revision);
}

TEST_CASE("A configuration made by hand is not overwritten, and the route server says so") {
  ApplyWorld exchange;
  auto& host = exchange.ready_route_server(1);
  host.configure_by_hand();
  const auto digest = host.running_digest();
  exchange.publish(exchange.member(64496));
  CHECK(exchange.run("rs1").verdict == Verdict::discard);
  CHECK(host.running_digest() == digest);
  CHECK(exchange.record("rs1").last_error.find("by hand") != std::string::npos);
}
