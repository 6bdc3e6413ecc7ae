#pragma once

/// @file tests/contract/store_jobs/apply_store_contract.h
/// What every ApplyStore does.

#include <algorithm>

#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("ApplyStore shows a route server's part of the newest revision, sorted", World,
                          apply_subject) {
  Delivery<World> exchange;
  REQUIRE(exchange.world.networks().add_network(lan(kOtherLan, "hamburg", 2, 5), delivery_admin()));
  exchange.add_route_server(1);
  exchange.add_route_server(2, kOtherLan, 2);
  const auto first = exchange.member(64497);
  const auto second = exchange.member(64496);
  const auto elsewhere = exchange.member(64498, true, kOtherLan);
  exchange.publish(second);
  exchange.publish(first);
  const auto revision = exchange.publish(elsewhere);
  const auto subject = exchange.world.apply().subject("rs1");
  REQUIRE(subject);
  CHECK(subject->endpoint.host_key == "ssh-ed25519 AAAA1");
  CHECK(subject->state == RouteServerState::joining);
  CHECK_FALSE(subject->confirmed);
  const auto& newest = subject->newest;
  CHECK(newest.revision == revision);
  CHECK(newest.route_server.name == "rs1");
  CHECK(newest.route_server.rtr_caches.size() == 2);
  REQUIRE(newest.route_server.attachments.size() == 1);
  CHECK(newest.route_server.attachments[0].local_asn == as_number(64500));
  CHECK(newest.policy == domain::PolicyDefinition::standard());
  CHECK(newest.networks.size() == 2);
  REQUIRE(newest.memberships.size() == 2);
  CHECK(newest.memberships[0].id < newest.memberships[1].id);
  CHECK(newest.memberships[1].asn == as_number(64496));
  CHECK(newest.memberships[1].ipv4 == address("192.0.2.74"));
  CHECK(exchange.is_rendered("rs2", elsewhere));
  CHECK(exchange.world.apply().subject("rs9").error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore shows an older revision as it was", World, apply_snapshot) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  const auto before = exchange.newest("rs1");
  exchange.publish(exchange.member(64496));
  const auto snapshot = exchange.world.apply().snapshot("rs1", before.revision);
  REQUIRE(snapshot);
  CHECK(snapshot->memberships.empty());
  CHECK(snapshot->revision == before.revision);
  CHECK(exchange.world.apply().snapshot("rs1", 0).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore knows a root again by either of its digests", World, apply_roots) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.apply();
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  REQUIRE(store.record_root(job, "rs1", {revision, digest("file"), digest("config"), false}));
  REQUIRE(store.record_root(job, "rs1", {revision, digest("file"), digest("config"), false}));
  for (const auto& known : {digest("file"), digest("config")}) {
    const auto root = store.find_root("rs1", known).value();
    REQUIRE(root);
    CHECK(root->revision == revision);
    CHECK(root->file_digest == digest("file"));
    CHECK_FALSE(root->quarantined);
  }
  CHECK_FALSE(store.find_root("rs1", digest("other")).value());
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore shows progress on the route server, the waiting requests and the job", World,
                          apply_progress) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  const auto job = exchange.applying("rs1");
  auto& store = exchange.world.apply();
  REQUIRE(store.record_progress(job, "rs1", {"A1 probe", DeliveryState::failed, revision - 1, "not for this request"}));
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::waiting);
  REQUIRE(store.record_progress(job, "rs1", {"A5 check", DeliveryState::checking, revision, "late"}));
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::checking);
  CHECK(exchange.delivery(request, "rs1").last_step == "A5 check");
  CHECK(exchange.delivery(request, "rs1").last_error == "late");
  const auto route_server = exchange.world.route_servers().route_server("rs1").value();
  CHECK(route_server.last_step == "A5 check");
  CHECK(route_server.last_error == "late");
  const auto views = exchange.world.jobs().jobs(domain::JobState::running, 10).value();
  REQUIRE(views.size() == 1);
  CHECK(views[0].last_step == "A5 check");
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore makes a request active when the last enabled route server confirmed it", World,
                          apply_confirm) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  CHECK(exchange.confirm("rs1") == revision);
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::confirmed);
  CHECK(exchange.delivery(request, "rs1").confirmed_revision == revision);
  CHECK(exchange.delivery(request, "rs2").state == DeliveryState::waiting);
  CHECK(exchange.state(request) == RequestState::provisioning);
  exchange.confirm("rs2");
  CHECK(exchange.state(request) == RequestState::active);
  const auto subject = exchange.world.apply().subject("rs2");
  REQUIRE(subject->confirmed);
  CHECK(subject->confirmed->revision == revision);
  CHECK(contains(exchange.actions("request", request.id.text()), "request.activated"));
  CHECK(contains(exchange.actions("route_server", "rs1"), "route_server.confirmed"));
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore enables a joining route server after its first confirm, and counts it only then",
                          World, apply_joining) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.add_route_server(2);
  exchange.confirm("rs1");
  CHECK(exchange.state(request) == RequestState::active);
  CHECK(exchange.world.apply().subject("rs2")->state == RouteServerState::joining);
  exchange.confirm("rs2");
  CHECK(exchange.world.apply().subject("rs2")->state == RouteServerState::enabled);
  CHECK(exchange.delivery(request, "rs2").state == DeliveryState::confirmed);
  CHECK(contains(exchange.actions("route_server", "rs2"), "route_server.enabled"));
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore does not make a request active without an enabled route server", World,
                          apply_nobody_enabled) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  exchange.publish(request);
  CHECK(exchange.world.provision().evaluate_requests().value() == 0);
  CHECK(exchange.state(request) == RequestState::provisioning);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore counts a route server only with a revision that has the membership", World,
                          apply_older_confirm) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto before = exchange.newest("rs1").revision;
  const auto request = exchange.member(64496);
  exchange.publish(request);
  const auto job = exchange.applying("rs1");
  exchange.confirm_at(job, "rs1", before);
  CHECK(exchange.state(request) == RequestState::provisioning);
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::waiting);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore holds a refused membership alone and fails its request, naming file and line",
                          World, apply_hold_new) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto bad = exchange.member(64496);
  const auto good = exchange.member(64497);
  exchange.publish(bad);
  const auto published = exchange.publish(good);
  const auto job = exchange.applying("rs1");
  const auto held =
      exchange.world.apply().hold_membership(job, {*bad.membership_id, 1, "object-ab.conf", 7, "syntax error"});
  REQUIRE(held);
  CHECK(*held > published);
  exchange.done(job);
  CHECK_FALSE(exchange.is_rendered("rs1", bad));
  CHECK(exchange.is_rendered("rs1", good));
  CHECK(exchange.state(bad) == RequestState::failed);
  CHECK(exchange.now(bad).held);
  CHECK(exchange.now(bad).reason == "object-ab.conf:7: syntax error");
  CHECK(contains(exchange.actions("request", bad.id.text()), "request.failed"));
  CHECK(exchange.delivery(bad, "rs1").state == DeliveryState::failed);
  exchange.confirm("rs1");
  CHECK(exchange.state(good) == RequestState::active);
  CHECK(exchange.state(bad) == RequestState::failed);
  CHECK(exchange.world.provision().evaluate_requests().value() == 0);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore renders a held membership again after a retry", World, apply_hold_retry) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.world.apply().hold_membership(job, {*request.membership_id, 1, "f", 1, "m"}));
  exchange.done(job);
  exchange.confirm("rs1");
  REQUIRE(exchange.world.requests().transition(request.id, RequestEvent::retry, "", exchange.command()));
  CHECK_FALSE(exchange.now(request).held);
  exchange.publish(request);
  CHECK(exchange.is_rendered("rs1", request));
  CHECK(exchange.state(request) == RequestState::provisioning);
  exchange.confirm("rs1");
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore keeps a held membership at its last confirmed version", World, apply_hold_old) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.confirm("rs1");
  exchange.world.change_options(*request.membership_id);
  exchange.publish(request);
  REQUIRE(exchange.newest("rs1").memberships.at(0).version == 2);
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.world.apply().hold_membership(job, {*request.membership_id, 2, "f", 1, "m"}));
  exchange.done(job);
  CHECK(exchange.newest("rs1").memberships.at(0).version == 1);
  CHECK(exchange.state(request) == RequestState::active);
  CHECK(exchange.now(request).held);
  // Held back: publishing the same version again changes nothing.
  const auto revision = exchange.newest("rs1").revision;
  exchange.publish(request);
  CHECK(exchange.newest("rs1").revision == revision);
  // A newer version is tried.
  exchange.world.change_options(*request.membership_id);
  exchange.publish(request);
  CHECK_FALSE(exchange.now(request).held);
  CHECK(exchange.newest("rs1").memberships.at(0).version == 3);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore does not take away what another route server runs already", World,
                          apply_hold_conflict) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.confirm("rs1");
  const auto refused =
      exchange.world.apply().hold_membership(exchange.applying("rs2"), {*request.membership_id, 1, "f", 1, "m"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(exchange.is_rendered("rs1", request));
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore publishes what a probe finds of BIRD's version", World, apply_probe) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  const auto before = exchange.newest("rs1").revision;
  const auto job = exchange.applying("rs1");
  service::HostProbe probe;
  probe.bird_up = true;
  probe.bird_version = "2.0.12";
  probe.protocols = {{"as64496_0001_n1_v4", "BGP", "up", "12:00:00", "Established"}};
  REQUIRE(exchange.world.apply().record_probe(job, "rs1", probe));
  const auto found = exchange.newest("rs1");
  CHECK(found.revision > before);
  CHECK(found.route_server.bird_version == "2.0.12");
  REQUIRE(exchange.world.apply().record_probe(job, "rs1", probe));
  CHECK(exchange.newest("rs1").revision == found.revision);
  CHECK(exchange.world.route_servers().route_server("rs1")->last_probe_at);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore raises fence and revision above what a host has seen", World, apply_raise) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.apply();
  const auto job = exchange.applying("rs1");
  CHECK(store.raise_fence(job, "rs1", 41).value() == 42);
  exchange.done(job);
  const auto next = exchange.applying("rs1");
  CHECK(next.target_fence == 43);
  const auto before = exchange.newest("rs1");
  REQUIRE(store.raise_revision_above(before.revision - 1));
  CHECK(exchange.newest("rs1").revision == before.revision);
  REQUIRE(store.raise_revision_above(1000));
  CHECK(exchange.newest("rs1").revision == 1001);
  exchange.publish(exchange.member(64496));
  CHECK(exchange.newest("rs1").revision == 1002);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore publishes a release only when it differs", World, apply_release) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  auto& store = exchange.world.apply();
  auto policy = domain::PolicyDefinition::standard();
  const auto before = exchange.newest("rs1").revision;
  CHECK(store.publish_release(policy, digest("t1"), delivery_admin()).value() == before);
  CHECK_FALSE(exchange.has_job("rs.apply", "route_server:rs1"));
  policy.max_path_length = 20;
  CHECK(store.publish_release(policy, digest("t1"), delivery_admin()).value() == before + 1);
  CHECK(exchange.newest("rs1").policy.max_path_length == 20);
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(store.publish_release(policy, digest("t2"), delivery_admin()).value() == before + 2);
}

TEST_CASE_TEMPLATE_DEFINE("ApplyStore writes nothing for a worker that lost the job", World, apply_fenced) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  auto& store = exchange.world.apply();
  const auto job = exchange.applying("rs1");
  exchange.world.steal(job);
  const RenderedRoot root{revision, digest("file"), digest("config"), false};
  CHECK(store.record_root(job, "rs1", root).error().code == ErrorCode::fenced);
  CHECK(store.record_probe(job, "rs1", {}).error().code == ErrorCode::fenced);
  CHECK(store.record_progress(job, "rs1", {"A1", DeliveryState::armed, revision, ""}).error().code ==
        ErrorCode::fenced);
  CHECK(store.record_confirmed(job, "rs1", root).error().code == ErrorCode::fenced);
  CHECK(store.hold_membership(job, {*request.membership_id, 1, "f", 1, "m"}).error().code == ErrorCode::fenced);
  CHECK(store.raise_fence(job, "rs1", 99).error().code == ErrorCode::fenced);
  CHECK(exchange.newest("rs1").revision == revision);
  CHECK(exchange.delivery(request, "rs1").state == DeliveryState::waiting);
  CHECK_FALSE(store.find_root("rs1", digest("file")).value());
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_APPLY_STORE_CONTRACT(World)                  \
  TEST_CASE_TEMPLATE_INVOKE(apply_subject, World);        \
  TEST_CASE_TEMPLATE_INVOKE(apply_snapshot, World);       \
  TEST_CASE_TEMPLATE_INVOKE(apply_roots, World);          \
  TEST_CASE_TEMPLATE_INVOKE(apply_progress, World);       \
  TEST_CASE_TEMPLATE_INVOKE(apply_confirm, World);        \
  TEST_CASE_TEMPLATE_INVOKE(apply_joining, World);        \
  TEST_CASE_TEMPLATE_INVOKE(apply_nobody_enabled, World); \
  TEST_CASE_TEMPLATE_INVOKE(apply_older_confirm, World);  \
  TEST_CASE_TEMPLATE_INVOKE(apply_hold_new, World);       \
  TEST_CASE_TEMPLATE_INVOKE(apply_hold_retry, World);     \
  TEST_CASE_TEMPLATE_INVOKE(apply_hold_old, World);       \
  TEST_CASE_TEMPLATE_INVOKE(apply_hold_conflict, World);  \
  TEST_CASE_TEMPLATE_INVOKE(apply_probe, World);          \
  TEST_CASE_TEMPLATE_INVOKE(apply_raise, World);          \
  TEST_CASE_TEMPLATE_INVOKE(apply_release, World);        \
  TEST_CASE_TEMPLATE_INVOKE(apply_fenced, World)
