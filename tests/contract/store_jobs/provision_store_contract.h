#pragma once

/// @file tests/contract/store_jobs/provision_store_contract.h
/// What every ProvisionStore does.

#include <algorithm>

#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore shows a membership with everything around it", World,
                          provision_subject_read) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  const auto subject = exchange.world.provision().subject(*request.membership_id);
  REQUIRE(subject);
  CHECK(subject->request_id == request.id);
  CHECK(subject->request_state == RequestState::approved);
  CHECK(subject->asn == as_number(64496));
  CHECK(subject->node_id == request.node_id);
  CHECK(subject->ipv4_wanted);
  CHECK_FALSE(subject->address_v6);
  CHECK(subject->zt_network_id == kLan);
  CHECK(subject->network_name == "berlin");
  CHECK(subject->lan_prefixes.size() == 2);
  CHECK(subject->published_revision == 0);
  CHECK(exchange.world.provision().subject(*request.membership_id + 99).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE(
    "ProvisionStore reserves the planned IPv6 address and the first free IPv4 one, and keeps them", World,
    provision_reserve) {
  Delivery<World> exchange;
  auto& store = exchange.world.provision();
  const auto first = exchange.member(64496);
  const auto second = exchange.member(64497);
  const auto job = exchange.provisioning(first);
  const auto reserved = store.reserve_addresses(job, *first.membership_id);
  REQUIRE(reserved);
  CHECK(reserved->ipv4 == address("192.0.2.74"));
  CHECK(reserved->ipv6 == address("2001:db8:1:0:a500:6:4496:1"));
  const auto again = store.reserve_addresses(job, *first.membership_id);
  CHECK(again->ipv4 == reserved->ipv4);
  CHECK(again->ipv6 == reserved->ipv6);
  const auto other = store.reserve_addresses(exchange.provisioning(second), *second.membership_id);
  CHECK(other->ipv4 == address("192.0.2.75"));
  CHECK(exchange.now(first).address_v4 == reserved->ipv4);
  CHECK(exchange.now(first).address_v6 == reserved->ipv6);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore gives no IPv4 address to who wants none", World, provision_v6_only) {
  Delivery<World> exchange(1);
  const auto request = exchange.member(64496, false);
  const auto reserved =
      exchange.world.provision().reserve_addresses(exchange.provisioning(request), *request.membership_id);
  REQUIRE(reserved);
  CHECK_FALSE(reserved->ipv4);
  const auto other = exchange.member(64497);
  CHECK(exchange.world.provision().reserve_addresses(exchange.provisioning(other), *other.membership_id));
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore writes nothing when the IPv4 pool is exhausted", World, provision_exhausted) {
  Delivery<World> exchange(1);
  auto& store = exchange.world.provision();
  const auto first = exchange.member(64496);
  const auto second = exchange.member(64497);
  REQUIRE(store.reserve_addresses(exchange.provisioning(first), *first.membership_id));
  const auto refused = store.reserve_addresses(exchange.provisioning(second), *second.membership_id);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::out_of_range);
  CHECK(refused.error().reason == "ipv4_pool_exhausted");
  CHECK_FALSE(store.subject(*second.membership_id)->address_v6);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore skips the addresses of infrastructure", World,
                          provision_skips_infrastructure) {
  Delivery<World> exchange;
  service::InfrastructureNode collector{1,
                                        domain::NodeId::parse("cccccccccc").value(),
                                        "collector",
                                        domain::InfrastructureRole::collector,
                                        address("192.0.2.74"),
                                        address("2001:db8:1::99")};
  REQUIRE(exchange.world.networks().add_infrastructure_node(collector, delivery_admin()));
  const auto request = exchange.member(64496);
  const auto reserved =
      exchange.world.provision().reserve_addresses(exchange.provisioning(request), *request.membership_id);
  CHECK(reserved->ipv4 == address("192.0.2.75"));
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore lets one holder write to a network at a time", World, provision_lock) {
  Delivery<World> exchange;
  auto& store = exchange.world.provision();
  auto lock = store.lock_fabric(kLan);
  REQUIRE(lock);
  CHECK((*lock)->held());
  CHECK(store.lock_fabric(kLan).error().code == ErrorCode::conflict);
  CHECK(store.lock_fabric(kOtherLan));
  lock->reset();
  CHECK(store.lock_fabric(kLan));
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore shows why a request waits until it does not", World, provision_waiting) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  const auto job = exchange.provisioning(request);
  REQUIRE(exchange.world.provision().note_waiting(job, *request.membership_id, "fabric_not_ready", "Start it."));
  CHECK(exchange.now(request).waiting_for == "fabric_not_ready");
  CHECK(exchange.now(request).waiting_remedy == "Start it.");
  REQUIRE(exchange.world.provision().note_waiting(job, *request.membership_id, "", ""));
  CHECK(exchange.now(request).waiting_for.empty());
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore starts an approved request once and fails it with its cause", World,
                          provision_start_fail) {
  Delivery<World> exchange;
  auto& store = exchange.world.provision();
  const auto request = exchange.member(64496);
  const auto job = exchange.provisioning(request);
  REQUIRE(store.start(job, *request.membership_id));
  REQUIRE(store.start(job, *request.membership_id));
  CHECK(exchange.state(request) == RequestState::provisioning);
  REQUIRE(store.fail(job, *request.membership_id, "the controller refused it"));
  CHECK(exchange.state(request) == RequestState::failed);
  CHECK(exchange.now(request).reason == "the controller refused it");
  REQUIRE(store.fail(job, *request.membership_id, "once more"));
  CHECK(exchange.now(request).reason == "once more");
  REQUIRE(store.start(job, *request.membership_id));
  CHECK(exchange.state(request) == RequestState::failed);
  const auto actions = exchange.actions("request", request.id.text());
  CHECK(std::count(actions.begin(), actions.end(), "request.started") == 1);
  CHECK(std::count(actions.begin(), actions.end(), "request.failed") == 1);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore publishes a membership once, for every route server that takes applies",
                          World, provision_publish) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.add_route_server(2);
  const auto request = exchange.member(64496);
  CHECK_FALSE(exchange.is_rendered("rs1", request));
  const auto revision = exchange.publish(request);
  CHECK(exchange.publish(request) == revision);
  CHECK(exchange.newest("rs1").revision == revision);
  CHECK(exchange.is_rendered("rs1", request));
  CHECK(exchange.world.provision().subject(*request.membership_id)->published_revision == revision);
  for (const auto* name : {"rs1", "rs2"}) {
    CHECK(exchange.delivery(request, name).state == DeliveryState::waiting);
    CHECK(exchange.delivery(request, name).wanted_revision == revision);
    CHECK(exchange.has_job("rs.apply", std::string("route_server:") + name));
  }
  CHECK(exchange.state(request) == RequestState::provisioning);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore publishes nothing without addresses", World, provision_publish_early) {
  Delivery<World> exchange;
  const auto request = exchange.member(64496);
  const auto refused = exchange.world.provision().publish(exchange.provisioning(request), *request.membership_id);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::refused_transition);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore writes nothing for a worker that lost the job", World, provision_fenced) {
  Delivery<World> exchange;
  auto& store = exchange.world.provision();
  const auto request = exchange.member(64496);
  const auto id = *request.membership_id;
  const auto job = exchange.provisioning(request);
  exchange.world.steal(job);
  CHECK(store.reserve_addresses(job, id).error().code == ErrorCode::fenced);
  CHECK(store.note_waiting(job, id, "x", "y").error().code == ErrorCode::fenced);
  CHECK(store.start(job, id).error().code == ErrorCode::fenced);
  CHECK(store.fail(job, id, "cause").error().code == ErrorCode::fenced);
  CHECK(store.forget_previous_node(job, id).error().code == ErrorCode::fenced);
  CHECK(store.publish(job, id).error().code == ErrorCode::fenced);
  CHECK(exchange.state(request) == RequestState::approved);
  CHECK(exchange.now(request).waiting_for.empty());
  CHECK_FALSE(store.subject(id)->address_v6);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore forgets the previous node when the controller has", World,
                          provision_node_change) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  exchange.confirm("rs1");
  REQUIRE(exchange.state(request) == RequestState::active);
  const auto node = domain::NodeId::parse("dddddddddd").value();
  REQUIRE(exchange.world.requests().set_node_id(request.id, node, exchange.command()));
  const auto subject = exchange.world.provision().subject(*request.membership_id);
  CHECK(subject->node_id == node);
  CHECK(subject->previous_node_id == request.node_id);
  REQUIRE(exchange.world.provision().forget_previous_node(exchange.provisioning(request), *request.membership_id));
  CHECK_FALSE(exchange.world.provision().subject(*request.membership_id)->previous_node_id);
  CHECK(exchange.newest("rs1").revision == revision);
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore fails what waits for a dead job, and lets it converge when all is confirmed",
                          World, provision_evaluate) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  CHECK(exchange.world.provision().evaluate_requests().value() == 0);
  CHECK(exchange.state(request) == RequestState::provisioning);
  REQUIRE(exchange.world.jobs().finish(exchange.applying("rs1"),
                                       {service::JobOutcome::Verdict::discard, 0ms, "no such key"}));
  CHECK(exchange.world.provision().evaluate_requests().value() == 0);
  CHECK(exchange.state(request) == RequestState::failed);
  CHECK(exchange.now(request).reason == "rs1: no such key");
  exchange.confirm("rs1");
  CHECK(exchange.state(request) == RequestState::active);
  CHECK(exchange.now(request).reason.empty());
}

TEST_CASE_TEMPLATE_DEFINE("ProvisionStore activates a retried request that every route server has already", World,
                          provision_retry_confirmed) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.confirm("rs1");
  REQUIRE(exchange.world.jobs().finish(exchange.applying("rs2"), {service::JobOutcome::Verdict::discard, 0ms, "x"}));
  REQUIRE(exchange.world.provision().evaluate_requests());
  REQUIRE(exchange.state(request) == RequestState::failed);
  REQUIRE(exchange.world.requests().transition(request.id, RequestEvent::retry, "", exchange.command()));
  exchange.confirm("rs2");
  REQUIRE(exchange.state(request) == RequestState::approved);
  exchange.publish(request);
  CHECK(exchange.state(request) == RequestState::active);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_PROVISION_STORE_CONTRACT(World)                        \
  TEST_CASE_TEMPLATE_INVOKE(provision_subject_read, World);         \
  TEST_CASE_TEMPLATE_INVOKE(provision_reserve, World);              \
  TEST_CASE_TEMPLATE_INVOKE(provision_v6_only, World);              \
  TEST_CASE_TEMPLATE_INVOKE(provision_exhausted, World);            \
  TEST_CASE_TEMPLATE_INVOKE(provision_skips_infrastructure, World); \
  TEST_CASE_TEMPLATE_INVOKE(provision_lock, World);                 \
  TEST_CASE_TEMPLATE_INVOKE(provision_waiting, World);              \
  TEST_CASE_TEMPLATE_INVOKE(provision_start_fail, World);           \
  TEST_CASE_TEMPLATE_INVOKE(provision_publish, World);              \
  TEST_CASE_TEMPLATE_INVOKE(provision_publish_early, World);        \
  TEST_CASE_TEMPLATE_INVOKE(provision_fenced, World);               \
  TEST_CASE_TEMPLATE_INVOKE(provision_node_change, World);          \
  TEST_CASE_TEMPLATE_INVOKE(provision_evaluate, World);             \
  TEST_CASE_TEMPLATE_INVOKE(provision_retry_confirmed, World)
