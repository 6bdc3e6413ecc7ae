#pragma once

/// @file tests/contract/store_jobs/route_server_store_contract.h
/// What every RouteServerStore does.

#include <algorithm>

#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore takes a new route server in as joining, with a revision and an apply",
                          World, route_server_add) {
  Delivery<World> exchange;
  const auto added = exchange.world.route_servers().add(route_server(1), delivery_admin());
  REQUIRE(added);
  CHECK(added->config.state == RouteServerState::joining);
  CHECK(added->endpoint.user == "ztix");
  CHECK(added->config.rtr_caches ==
        std::vector<domain::RtrCache>{{address("203.0.113.1"), 323}, {address("203.0.113.2"), 8282}});
  REQUIRE(added->config.attachments.size() == 1);
  CHECK(added->config.attachments[0].ipv6 == address("2001:db8:1::1"));
  CHECK(added->wanted_revision == exchange.newest("rs1").revision);
  CHECK_FALSE(added->diverged);
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(contains(exchange.actions("route_server", "rs1"), "route_server.added"));
  const auto nodes = exchange.world.networks().infrastructure_nodes(1);
  REQUIRE(nodes->size() == 1);
  CHECK(nodes->front().name == "rs1");
  exchange.add_route_server(2);
  CHECK(exchange.world.route_servers().route_servers()->size() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore refuses what is taken or unknown and writes nothing then", World,
                          route_server_conflicts) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.add_route_server(1);
  auto same_name = route_server(2);
  same_name.endpoint.name = "rs1";
  auto same_address = route_server(2);
  same_address.endpoint.host = "198.51.100.1";
  auto same_router_id = route_server(2);
  same_router_id.router_id = address("198.51.100.1");
  auto same_node = route_server(2);
  same_node.attachments[0].node_id = route_server(1).attachments[0].node_id;
  auto same_lan_address = route_server(2);
  same_lan_address.attachments[0].ipv6 = address("2001:db8:1::1");
  for (const auto& taken : {same_name, same_address, same_router_id, same_node, same_lan_address}) {
    const auto refused = store.add(taken, delivery_admin());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK_FALSE(refused.error().reason.empty());
  }
  auto outside = route_server(2);
  outside.attachments[0].ipv6 = address("2001:db8:2::1");
  CHECK(store.add(outside, delivery_admin()).error().code == ErrorCode::invalid_argument);
  auto one_cache = route_server(2);
  one_cache.rtr_caches.pop_back();
  CHECK(store.add(one_cache, delivery_admin()).error().code == ErrorCode::invalid_argument);
  CHECK(store.add(route_server(2, kOtherLan), delivery_admin()).error().reason == "unknown_network");
  CHECK(store.route_servers()->size() == 1);
  one_cache.rtr_exception = "the lab has one";
  CHECK(store.add(one_cache, delivery_admin()));
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore lets people drive the states they may, and never straight to enabled",
                          World, route_server_states) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.add_route_server(1);
  const auto set = [&](RouteServerState state) { return store.set_state("rs1", state, delivery_admin()); };
  CHECK(set(RouteServerState::enabled).error().code == ErrorCode::refused_transition);
  exchange.confirm("rs1");
  REQUIRE(set(RouteServerState::maintenance));
  CHECK(exchange.newest("rs1").route_server.state == RouteServerState::maintenance);
  // In maintenance its sessions are written down as disabled, which takes an apply.
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(set(RouteServerState::enabled).error().code == ErrorCode::refused_transition);
  REQUIRE(set(RouteServerState::joining));
  CHECK(exchange.world.apply().subject("rs1")->state == RouteServerState::joining);
  REQUIRE(set(RouteServerState::removed));
  CHECK(set(RouteServerState::joining).error().code == ErrorCode::refused_transition);
  CHECK(store.set_state("rs9", RouteServerState::disabled, delivery_admin()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore completes the requests that waited for one that is out now", World,
                          route_server_reevaluates) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.confirm("rs1");
  REQUIRE(exchange.state(request) == RequestState::provisioning);
  REQUIRE(exchange.world.route_servers().set_state("rs2", RouteServerState::maintenance, delivery_admin()));
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore says which route server is behind", World, route_server_diverged) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  CHECK_FALSE(exchange.world.route_servers().route_server("rs1")->diverged);
  exchange.publish(exchange.member(64496));
  CHECK(exchange.world.route_servers().route_server("rs1")->diverged);
  exchange.confirm("rs1");
  const auto shown = exchange.world.route_servers().route_server("rs1");
  CHECK_FALSE(shown->diverged);
  CHECK(shown->confirmed_revision == shown->wanted_revision);
  CHECK(shown->confirmed_at);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore pins another host key and asks for an apply, with an audit row each", World,
                          route_server_orders) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  REQUIRE(store.repin_host_key("rs1", "ssh-ed25519 BBBB", delivery_admin()));
  CHECK(exchange.world.apply().subject("rs1")->endpoint.host_key == "ssh-ed25519 BBBB");
  const auto id = store.request_apply("rs1", delivery_admin());
  REQUIRE(id);
  CHECK(exchange.world.jobs().claim_one("w1", 60s, *id)->has_value());
  const auto actions = exchange.actions("route_server", "rs1");
  CHECK(contains(actions, "route_server.host_key_pinned"));
  CHECK(contains(actions, "route_server.apply_requested"));
  CHECK(store.repin_host_key("rs9", "x", delivery_admin()).error().code == ErrorCode::not_found);
  CHECK(store.request_apply("rs9", delivery_admin()).error().code == ErrorCode::not_found);
  REQUIRE(store.set_state("rs1", RouteServerState::disabled, delivery_admin()));
  CHECK(store.request_apply("rs1", delivery_admin()).error().code == ErrorCode::refused_transition);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore lets a person order a take-over, which one confirm uses up", World,
                          route_server_take_over) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  const auto reason = [&] { return exchange.world.apply().subject("rs1").value().take_over_reason; };
  CHECK(reason().empty());
  CHECK(store.request_take_over("rs1", "", delivery_admin()).error().code == ErrorCode::invalid_argument);
  CHECK(store.request_take_over("rs9", "why", delivery_admin()).error().code == ErrorCode::not_found);
  const auto job = store.request_take_over("rs1", "somebody tried something", delivery_admin());
  REQUIRE(job);
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK(reason() == "somebody tried something");
  exchange.confirm("rs1");
  CHECK(reason().empty());
  const auto actions = exchange.actions("route_server", "rs1");
  CHECK(contains(actions, "route_server.take_over_requested"));
  CHECK(contains(actions, "route_server.taken_over"));
  REQUIRE(store.set_state("rs1", RouteServerState::disabled, delivery_admin()));
  CHECK(store.request_take_over("rs1", "why", delivery_admin()).error().code == ErrorCode::refused_transition);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_ROUTE_SERVER_STORE_CONTRACT(World)               \
  TEST_CASE_TEMPLATE_INVOKE(route_server_add, World);         \
  TEST_CASE_TEMPLATE_INVOKE(route_server_conflicts, World);   \
  TEST_CASE_TEMPLATE_INVOKE(route_server_states, World);      \
  TEST_CASE_TEMPLATE_INVOKE(route_server_reevaluates, World); \
  TEST_CASE_TEMPLATE_INVOKE(route_server_diverged, World);    \
  TEST_CASE_TEMPLATE_INVOKE(route_server_orders, World);      \
  TEST_CASE_TEMPLATE_INVOKE(route_server_take_over, World)
