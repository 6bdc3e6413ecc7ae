#pragma once

/// @file tests/contract/store_jobs/lifecycle_store_contract.h
/// What every LifecycleStore and DepartureStore does.

#include <algorithm>

#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

inline const domain::MembershipConfig* rendered(const domain::ConfigSnapshot& snapshot, const Request& request) {
  const auto found = std::find_if(snapshot.memberships.begin(), snapshot.memberships.end(),
                                  [&](const auto& each) { return each.id == *request.membership_id; });
  return found == snapshot.memberships.end() ? nullptr : &*found;
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore suspends an active member: rendered down, its state kept, an urgent job",
                          World, lifecycle_suspend) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  const auto before = exchange.newest("rs1");
  const auto suspended = exchange.world.lifecycle().suspend(request.id, "spoofed", exchange.command());
  REQUIRE(suspended);
  CHECK(suspended->state == RequestState::active);
  CHECK(suspended->suspended);
  CHECK(suspended->suspended_reason == "spoofed");
  CHECK(suspended->address_v6 == request.address_v6);
  const auto after = exchange.newest("rs1");
  CHECK(after.revision > before.revision);
  REQUIRE(rendered(after, request) != nullptr);
  CHECK(rendered(after, request)->suspended);
  CHECK(rendered(after, request)->version == rendered(before, request)->version);
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  const auto jobs = exchange.world.jobs().jobs(domain::JobState::ready, 50).value();
  CHECK(std::any_of(jobs.begin(), jobs.end(),
                    [](const auto& job) { return job.kind == "member.provision" && job.priority == 0; }));
  CHECK(contains(exchange.actions("request", request.id.text()), "request.suspended"));
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::waiting);
  exchange.confirm("rs1");
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::confirmed);
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore resumes, and what it renders is as it was before", World, lifecycle_resume) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  auto before = *rendered(exchange.newest("rs1"), request);
  auto& store = exchange.world.lifecycle();
  CHECK(store.resume(request.id, exchange.command()).error().code == ErrorCode::refused_transition);
  REQUIRE(store.suspend(request.id, "x", exchange.command()));
  CHECK(store.suspend(request.id, "y", exchange.command()).error().code == ErrorCode::refused_transition);
  const auto resumed = store.resume(request.id, exchange.command());
  REQUIRE(resumed);
  CHECK_FALSE(resumed->suspended);
  CHECK(resumed->suspended_reason.empty());
  CHECK(*rendered(exchange.newest("rs1"), request) == before);
  CHECK(contains(exchange.actions("request", request.id.text()), "request.resumed"));
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore suspends a member before it is published, and it is published suspended",
                          World, lifecycle_suspend_early) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  REQUIRE(exchange.world.lifecycle().suspend(request.id, "x", exchange.command()));
  CHECK(exchange.world.provision().subject(*request.membership_id)->suspended);
  exchange.publish(request);
  CHECK(rendered(exchange.newest("rs1"), request)->suspended);
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore keeps a suspension through a new version and through a held one", World,
                          lifecycle_suspend_versions) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  const auto membership = *request.membership_id;
  REQUIRE(exchange.world.lifecycle().suspend(request.id, "x", exchange.command()));
  exchange.world.change_options(membership);
  exchange.publish(request);
  const auto newer = exchange.newest("rs1");
  REQUIRE(rendered(newer, request) != nullptr);
  CHECK(rendered(newer, request)->version == 2);
  CHECK(rendered(newer, request)->suspended);
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.world.apply().hold_membership(job, {membership, 2, "object.conf", 7, "no"}));
  const auto held = exchange.newest("rs1");
  REQUIRE(rendered(held, request) != nullptr);
  CHECK(rendered(held, request)->version == 1);
  CHECK(rendered(held, request)->suspended);
  REQUIRE(exchange.world.lifecycle().resume(request.id, exchange.command()));
  CHECK_FALSE(rendered(exchange.newest("rs1"), request)->suspended);
  CHECK(rendered(exchange.newest("rs1"), request)->version == 1);
}

TEST_CASE_TEMPLATE_DEFINE(
    "LifecycleStore ends a membership: out of the manifest, revoking, a job of the departure's haste", World,
    lifecycle_depart) {
  for (const auto departure : service::kDepartures) {
    const bool urgent = departure == service::Departure::urgent;
    Delivery<World> exchange;
    exchange.enabled_route_server(1);
    const auto request = exchange.active(64496);
    const auto ended = exchange.world.lifecycle().depart(request.id, departure, "over", exchange.command());
    REQUIRE(ended);
    CHECK(ended->state == RequestState::revoking);
    CHECK(ended->leaving != urgent);
    CHECK(ended->reason == "over");
    CHECK_FALSE(exchange.is_rendered("rs1", request));
    CHECK(exchange.delivery(request, "rs1").state == DeliveryState::waiting);
    CHECK(exchange.world.provision().subject(*request.membership_id)->desired == domain::Desired::absent);
    const auto jobs = exchange.world.jobs().jobs(domain::JobState::ready, 50).value();
    CHECK(std::any_of(jobs.begin(), jobs.end(), [&](const auto& job) {
      return job.kind == "member.revoke" && job.priority == (urgent ? 0 : 1);
    }));
    CHECK(contains(exchange.actions("request", request.id.text()), urgent ? "request.revoked" : "request.left"));
    const auto job = exchange.provisioning(request);
    CHECK(exchange.world.provision().publish(job, *request.membership_id).error().code ==
          ErrorCode::refused_transition);
  }
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore refuses what a request's state does not allow, and changes nothing", World,
                          lifecycle_refuses) {
  Delivery<World> exchange;
  auto& store = exchange.world.lifecycle();
  const auto nobody = Uuid::from_random(std::string(16, 'z'));
  CHECK(store.suspend(nobody, "x", exchange.command()).error().code == ErrorCode::not_found);
  const auto node = domain::NodeId::parse("cc00000001").value();
  const auto pending = exchange.world.requests().create({as_number(64496), kLan, node, true, ""}, exchange.command());
  REQUIRE(pending);
  const auto refused = ErrorCode::refused_transition;
  CHECK(store.suspend(pending->id, "x", exchange.command()).error().code == refused);
  CHECK(store.depart(pending->id, service::Departure::urgent, "x", exchange.command()).error().code == refused);
  CHECK(store.clear_limit(pending->id, service::ClearedBy::administrator, exchange.command()).error().code == refused);
  const auto request = exchange.member(64497);
  REQUIRE(store.depart(request.id, service::Departure::urgent, "x", exchange.command()));
  CHECK(store.depart(request.id, service::Departure::urgent, "x", exchange.command()).error().code == refused);
  CHECK(store.depart(request.id, service::Departure::orderly, "x", exchange.command()).error().code == refused);
  CHECK(store.suspend(request.id, "x", exchange.command()).error().code == refused);
  CHECK(store.resume(request.id, exchange.command()).error().code == refused);
}

TEST_CASE_TEMPLATE_DEFINE("LifecycleStore lets an administrator cut an orderly departure short", World,
                          lifecycle_hurry) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  auto& store = exchange.world.lifecycle();
  REQUIRE(store.depart(request.id, service::Departure::orderly, "", exchange.command()));
  CHECK(exchange.world.departures().subject(*request.membership_id)->departure == service::Departure::orderly);
  const auto hurried = store.depart(request.id, service::Departure::urgent, "now", exchange.command());
  REQUIRE(hurried);
  CHECK_FALSE(hurried->leaving);
  CHECK(exchange.world.departures().subject(*request.membership_id)->departure == service::Departure::urgent);
}

TEST_CASE_TEMPLATE_DEFINE(
    "LifecycleStore clears tripped limits: an owner twice a day, an administrator as often as needed", World,
    lifecycle_clear_limit) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  auto& store = exchange.world.lifecycle();
  const auto clear = [&](service::ClearedBy who) { return store.clear_limit(request.id, who, exchange.command()); };
  CHECK(clear(service::ClearedBy::owner).error().reason == "no_limit_tripped");
  for (int day = 0; day < 2; ++day) {
    for (int i = 0; i < service::kOwnerClearsPerDay; ++i) {
      exchange.world.trip_limit(request, "rs1", AddressFamily::ipv4);
      CHECK(exchange.now(request).tripped_limits == std::vector<std::string>{"rs1 ipv4"});
      const auto before = exchange.newest("rs1").revision;
      const auto cleared = clear(service::ClearedBy::owner);
      REQUIRE(cleared);
      CHECK(cleared->tripped_limits.empty());
      CHECK(exchange.newest("rs1").session_admin_states.empty());
      CHECK(exchange.newest("rs1").revision > before);
    }
    exchange.world.trip_limit(request, "rs1", AddressFamily::ipv6);
    const auto refused = clear(service::ClearedBy::owner);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::rate_limited);
    CHECK(refused.error().reason == "limit_clears_used_up");
    CHECK(clear(service::ClearedBy::administrator));
    exchange.world.let_pass(std::chrono::hours(25));
  }
}

TEST_CASE_TEMPLATE_DEFINE("DepartureStore shows where a member is, with the fences of now", World, departure_presence) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.add_route_server(2);
  const auto request = exchange.active(64496, {"rs1", "rs2"});
  auto& store = exchange.world.departures();
  const auto presence = store.presence(*request.membership_id);
  REQUIRE(presence);
  CHECK(presence->request_id == request.id);
  CHECK(presence->asn == as_number(64496));
  CHECK(presence->zt_network_id == kLan);
  CHECK(presence->node_id == request.node_id);
  REQUIRE(presence->route_servers.size() == 2);
  CHECK(presence->route_servers[0].endpoint.name == "rs1");
  CHECK_FALSE(presence->route_servers[0].is_rid_of_it);
  CHECK(presence->route_servers[0].fence == store.fence("rs1").value());
  exchange.applying("rs1");
  CHECK(store.fence("rs1").value() > presence->route_servers[0].fence);
  CHECK(store.subject(*request.membership_id).error().code == ErrorCode::refused_transition);
  CHECK(store.presence(*request.membership_id + 99).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("DepartureStore counts time from the first withdrawal and the first read-back", World,
                          departure_times) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  const auto membership = *request.membership_id;
  auto& store = exchange.world.departures();
  REQUIRE(exchange.world.lifecycle().depart(request.id, service::Departure::orderly, "", exchange.command()));
  CHECK_FALSE(store.subject(membership)->withdrawn_for);
  CHECK_FALSE(store.subject(membership)->cut_off_for);
  const auto job = exchange.revoking(request);
  REQUIRE(store.record_withdrawn(job, membership));
  REQUIRE(store.record_withdrawn(job, membership));
  CHECK(store.subject(membership)->withdrawn_for);
  REQUIRE(store.record_cut_off(job, membership, 0));
  REQUIRE(store.record_cut_off(job, membership, 2));
  CHECK(store.subject(membership)->cut_off_for);
  CHECK(store.subject(membership)->rereads == 2);
  exchange.world.steal(job);
  CHECK(store.record_withdrawn(job, membership).error().code == ErrorCode::fenced);
  CHECK(store.record_cut_off(job, membership, 3).error().code == ErrorCode::fenced);
  CHECK(store.finish(job, membership, std::chrono::hours(1)).error().code == ErrorCode::fenced);
  CHECK(exchange.state(request) == RequestState::revoking);
}

TEST_CASE_TEMPLATE_DEFINE("DepartureStore ends a membership, and a new request needs its own approval", World,
                          departure_end) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  REQUIRE(exchange.world.lifecycle().depart(request.id, service::Departure::urgent, "over", exchange.command()));
  exchange.confirm("rs1");
  CHECK(exchange.world.departures().subject(*request.membership_id)->member.route_servers[0].is_rid_of_it);
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::confirmed);
  exchange.end(request);
  const auto ended = exchange.now(request);
  CHECK(ended.state == RequestState::revoked);
  CHECK(ended.owed.empty());
  CHECK_FALSE(ended.address_v4);
  CHECK(contains(exchange.actions("request", request.id.text()), "request.ended"));
  const auto again =
      exchange.world.requests().create({as_number(64496), kLan, request.node_id, true, ""}, exchange.command());
  REQUIRE(again);
  CHECK(again->state == RequestState::pending);
  CHECK_FALSE(again->membership_id);
}

TEST_CASE_TEMPLATE_DEFINE("DepartureStore gives a released IPv4 address to nobody before it has cooled off", World,
                          departure_cooling_off) {
  Delivery<World> exchange(1);
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  REQUIRE(exchange.world.lifecycle().depart(request.id, service::Departure::urgent, "over", exchange.command()));
  exchange.confirm("rs1");
  exchange.end(request, std::chrono::hours(24));
  const auto next = exchange.member(64497);
  const auto job = exchange.provisioning(next);
  CHECK(exchange.world.provision().reserve_addresses(job, *next.membership_id).error().reason == "ipv4_pool_exhausted");
  exchange.world.let_pass(std::chrono::hours(25));
  const auto reserved = exchange.world.provision().reserve_addresses(job, *next.membership_id);
  REQUIRE(reserved);
  CHECK(reserved->ipv4 == request.address_v4);
}

TEST_CASE_TEMPLATE_DEFINE("DepartureStore keeps what a route server owes from everybody until that one has confirmed",
                          World, departure_owed) {
  Delivery<World> exchange(1);
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto request = exchange.active(64496, {"rs1", "rs2"});
  REQUIRE(exchange.world.lifecycle().depart(request.id, service::Departure::urgent, "over", exchange.command()));
  exchange.confirm("rs1");
  exchange.end(request, std::chrono::hours(0));
  CHECK(exchange.state(request) == RequestState::revoked);
  CHECK(exchange.now(request).owed == std::vector<std::string>{"rs2"});

  // Neither its address to somebody else, nor its sequence to the same ASN.
  const auto stranger = exchange.member(64497);
  const auto job = exchange.provisioning(stranger);
  CHECK(exchange.world.provision().reserve_addresses(job, *stranger.membership_id).error().reason ==
        "ipv4_pool_exhausted");
  const auto second = exchange.world.requests().create(
      {as_number(64496), kLan, domain::NodeId::parse("dd00000001").value(), false, ""}, exchange.command());
  REQUIRE(second);
  CHECK(exchange.world.requests().approve(second->id, exchange.command())->router_sequence == 2);

  exchange.confirm("rs2");
  CHECK(exchange.now(request).owed.empty());
  CHECK(contains(exchange.actions("request", request.id.text()), "request.owed_paid"));
  exchange.world.let_pass(std::chrono::hours(1));
  const auto reserved = exchange.world.provision().reserve_addresses(job, *stranger.membership_id);
  REQUIRE(reserved);
  CHECK(reserved->ipv4 == request.address_v4);
}

TEST_CASE_TEMPLATE_DEFINE("A confirm makes a departure that waited for it due at once", World, departure_due) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.active(64496);
  REQUIRE(exchange.world.lifecycle().depart(request.id, service::Departure::orderly, "", exchange.command()));
  const auto job = exchange.revoking(request);
  REQUIRE(exchange.world.jobs().finish(job, {service::JobOutcome::Verdict::snooze, std::chrono::hours(1), "waits"}));
  CHECK_FALSE(exchange.world.jobs().claim_one("w1", 60s, job.id)->has_value());
  exchange.confirm("rs1");
  CHECK(exchange.world.jobs().claim_one("w1", 60s, job.id)->has_value());
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_LIFECYCLE_STORE_CONTRACT(World)                    \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_suspend, World);          \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_resume, World);           \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_suspend_early, World);    \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_suspend_versions, World); \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_depart, World);           \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_refuses, World);          \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_hurry, World);            \
  TEST_CASE_TEMPLATE_INVOKE(lifecycle_clear_limit, World);      \
  TEST_CASE_TEMPLATE_INVOKE(departure_presence, World);         \
  TEST_CASE_TEMPLATE_INVOKE(departure_times, World);            \
  TEST_CASE_TEMPLATE_INVOKE(departure_end, World);              \
  TEST_CASE_TEMPLATE_INVOKE(departure_cooling_off, World);      \
  TEST_CASE_TEMPLATE_INVOKE(departure_owed, World);             \
  TEST_CASE_TEMPLATE_INVOKE(departure_due, World)
