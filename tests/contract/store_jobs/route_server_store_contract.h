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
  const auto set = [&](RouteServerState state) {
    return store.set_state({"rs1", state, true, "the only one of a test"}, delivery_admin());
  };
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
  CHECK(store.set_state({"rs9", RouteServerState::disabled, false, ""}, delivery_admin()).error().code ==
        ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore takes the last one that is enabled and up out only with a reason", World,
                          route_server_last_one) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto order = [&](RouteServerState to, bool last_one = false, const std::string& reason = {}) {
    return store.set_state({"rs1", to, last_one, reason}, delivery_admin());
  };
  const auto seen = [&](const std::string& name, bool up) {
    const auto job = exchange.claimed("rs.probe", "route_server:" + name);
    service::HostProbe probe;
    probe.bird_up = up;
    REQUIRE(exchange.world.apply().record_probe(job, name, probe));
    exchange.done(job);
  };
  for (const auto to : {RouteServerState::disabled, RouteServerState::removed}) {
    CHECK(order(to).error().reason == "last_one");  // rs2 is enabled, but nobody has seen it up
    CHECK(order(to, true).error().code == ErrorCode::invalid_argument);
  }
  seen("rs2", false);
  CHECK(order(RouteServerState::removed).error().reason == "last_one");
  CHECK(store.route_server("rs1")->config.state == RouteServerState::enabled);
  seen("rs2", true);
  CHECK(order(RouteServerState::disabled));
  // Now rs2 is the last one, and what is out of service already may go any further.
  seen("rs1", true);
  CHECK(store.set_state({"rs2", RouteServerState::removed, false, ""}, delivery_admin()).error().reason == "last_one");
  CHECK(order(RouteServerState::removed));
  CHECK(store.set_state({"rs2", RouteServerState::removed, true, "the exchange ends"}, delivery_admin()));
  const auto trail = exchange.world.audit().trail("route_server", "rs2").value();
  CHECK(trail.back().action == "route_server.state_changed");
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
  REQUIRE(
      exchange.world.route_servers().set_state({"rs2", RouteServerState::maintenance, true, "x"}, delivery_admin()));
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
  REQUIRE(store.set_state({"rs1", RouteServerState::disabled, true, "x"}, delivery_admin()));
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
  REQUIRE(store.set_state({"rs1", RouteServerState::disabled, true, "x"}, delivery_admin()));
  CHECK(store.request_take_over("rs1", "why", delivery_admin()).error().code == ErrorCode::refused_transition);
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore changes how a host is reached without a revision, and says if it changed",
                          World, route_server_endpoint) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  const auto revision = exchange.newest("rs1").revision;
  service::RouteServerChange change;
  change.ssh_host = "198.51.100.99";
  change.ssh_port = 2222;
  CHECK(store.change("rs1", change, delivery_admin()).value());
  CHECK_FALSE(store.change("rs1", change, delivery_admin()).value());
  CHECK(store.route_server("rs1")->endpoint.host == "198.51.100.99");
  CHECK(store.route_server("rs1")->endpoint.port == 2222);
  CHECK(store.route_server("rs1")->endpoint.user == "ztix");
  CHECK(exchange.newest("rs1").revision == revision);
  const auto actions = exchange.actions("route_server", "rs1");
  CHECK(std::count(actions.begin(), actions.end(), "route_server.changed") == 1);
  CHECK(store.change("rs2", change, delivery_admin()).error().reason == "address_in_use");
  CHECK(store.change("rs9", change, delivery_admin()).error().code == ErrorCode::not_found);
  change.ssh_host = "";
  CHECK(store.change("rs1", change, delivery_admin()).error().code == ErrorCode::invalid_argument);
  CHECK(store.route_server("rs2")->endpoint.host == "198.51.100.2");
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore changes RTR caches one after the other, with a revision and an apply each",
                          World, route_server_rtr) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  const domain::RtrCache a{address("203.0.113.1"), 323}, b{address("203.0.113.2"), 8282},
      c{address("203.0.113.3"), 323}, d{address("2001:db8::4"), 323};
  const auto set = [&](std::vector<domain::RtrCache> caches) {
    service::RouteServerChange change;
    change.rtr_caches = std::move(caches);
    return store.change("rs1", change, delivery_admin());
  };
  const auto before = exchange.newest("rs1").revision;
  CHECK_FALSE(set({b, a}).value());
  CHECK(set({c, d}).error().reason == "rtr_all_at_once");
  CHECK(set({a, a}).error().code == ErrorCode::invalid_argument);
  CHECK(set({a}).error().code == ErrorCode::invalid_argument);
  CHECK(exchange.newest("rs1").revision == before);
  CHECK(set({a, c}).value());
  CHECK(exchange.newest("rs1").revision == before + 1);
  CHECK(exchange.newest("rs1").route_server.rtr_caches == std::vector{a, c});
  CHECK(store.route_server("rs1")->config.rtr_caches == std::vector{a, c});
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  // Until the first change is confirmed, the second must keep what both have.
  CHECK(set({c, d}).error().reason == "rtr_all_at_once");
  exchange.confirm("rs1");
  CHECK(set({c, d}).value());
  CHECK(exchange.newest("rs1").route_server.rtr_caches == std::vector{c, d});
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore does not let the RTR caches of all enabled route servers change at once",
                          World, route_server_rtr_everywhere) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  service::RouteServerChange change;
  change.rtr_caches = {{address("203.0.113.1"), 323}, {address("203.0.113.3"), 323}};
  REQUIRE(store.change("rs1", change, delivery_admin()).value());
  CHECK(store.change("rs2", change, delivery_admin()).error().reason == "rtr_everywhere");
  exchange.confirm("rs2");
  CHECK(store.change("rs2", change, delivery_admin()).error().reason == "rtr_everywhere");
  exchange.confirm("rs1");
  CHECK(store.change("rs2", change, delivery_admin()).value());
}

TEST_CASE_TEMPLATE_DEFINE("RouteServerStore takes fewer RTR caches only with a reason", World, route_server_rtr_few) {
  Delivery<World> exchange;
  auto& store = exchange.world.route_servers();
  exchange.enabled_route_server(1);
  service::RouteServerChange change;
  change.rtr_caches = {{address("203.0.113.1"), 323}};
  change.rtr_exception = "the other one is being rebuilt";
  CHECK(store.change("rs1", change, delivery_admin()).value());
  CHECK(store.route_server("rs1")->rtr_exception == "the other one is being rebuilt");
  service::RouteServerChange no_reason;
  no_reason.rtr_exception = "";
  CHECK(store.change("rs1", no_reason, delivery_admin()).error().code == ErrorCode::invalid_argument);
  REQUIRE(store.set_state({"rs1", RouteServerState::disabled, true, "x"}, delivery_admin()));
  REQUIRE(store.set_state({"rs1", RouteServerState::removed, false, ""}, delivery_admin()));
  CHECK(store.change("rs1", change, delivery_admin()).error().code == ErrorCode::refused_transition);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_ROUTE_SERVER_STORE_CONTRACT(World)                  \
  TEST_CASE_TEMPLATE_INVOKE(route_server_add, World);            \
  TEST_CASE_TEMPLATE_INVOKE(route_server_conflicts, World);      \
  TEST_CASE_TEMPLATE_INVOKE(route_server_last_one, World);       \
  TEST_CASE_TEMPLATE_INVOKE(route_server_states, World);         \
  TEST_CASE_TEMPLATE_INVOKE(route_server_reevaluates, World);    \
  TEST_CASE_TEMPLATE_INVOKE(route_server_diverged, World);       \
  TEST_CASE_TEMPLATE_INVOKE(route_server_orders, World);         \
  TEST_CASE_TEMPLATE_INVOKE(route_server_take_over, World);      \
  TEST_CASE_TEMPLATE_INVOKE(route_server_endpoint, World);       \
  TEST_CASE_TEMPLATE_INVOKE(route_server_rtr, World);            \
  TEST_CASE_TEMPLATE_INVOKE(route_server_rtr_everywhere, World); \
  TEST_CASE_TEMPLATE_INVOKE(route_server_rtr_few, World)
