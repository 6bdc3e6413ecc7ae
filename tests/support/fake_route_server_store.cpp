#include "tests/support/fake_route_server_store.h"

#include <algorithm>

#include "core/domain/route_server_transitions.h"

namespace ztix::test {
namespace {

using domain::RouteServerState;
using service::Actor;
using service::NewRouteServer;
using service::RouteServer;

Error unknown() {
  return fail(ErrorCode::not_found, "There is no such route server.").with_reason("unknown_route_server");
}
Error taken(std::string_view reason) {
  return fail(ErrorCode::conflict, "This is in use already.").with_reason(reason);
}

RouteServer shown(RouteServer route_server) {
  route_server.diverged = route_server.config.state == RouteServerState::enabled &&
                          route_server.confirmed_revision < route_server.wanted_revision;
  return route_server;
}

domain::RouteServerConfig published(domain::RouteServerConfig config) {
  if (config.state == RouteServerState::joining) config.state = RouteServerState::enabled;
  return config;
}

}  // namespace

Status FakeRouteServerStore::check(const NewRouteServer::Attachment& wanted) const {
  const auto* network = delivery_.exchange.find_network(wanted.zt_network_id);
  if (network == nullptr) return fail(ErrorCode::not_found, "No such network.").with_reason("unknown_network");
  const bool v4_inside = !wanted.ipv4 || (network->lan_v4 && network->lan_v4->contains(*wanted.ipv4));
  if (!v4_inside || !network->lan_v6.contains(wanted.ipv6)) {
    return fail(ErrorCode::invalid_argument, "Outside the LAN.").with_reason("address_outside_lan");
  }
  if (delivery_.exchange.is_node_taken(network->number, wanted.node_id)) return taken("node_id_in_use");
  for (const auto& node : delivery_.exchange.nodes) {
    const bool same = (node.ipv4 && node.ipv4 == wanted.ipv4) || node.ipv6 == wanted.ipv6;
    if (node.network_number == network->number && same) return taken("address_in_use");
  }
  return {};
}

Status FakeRouteServerStore::check(const NewRouteServer& wanted) const {
  if (!wanted.router_id.is_ipv4() || wanted.attachments.empty() ||
      (wanted.rtr_caches.size() < 2 && wanted.rtr_exception.empty())) {
    return fail(ErrorCode::invalid_argument, "Incomplete.");
  }
  for (const auto& known : delivery_.route_servers) {
    if (known.endpoint.name == wanted.endpoint.name) return taken("name_in_use");
    if (known.config.state == RouteServerState::removed) continue;
    if (known.endpoint.host == wanted.endpoint.host && known.endpoint.port == wanted.endpoint.port) {
      return taken("address_in_use");
    }
    if (known.config.router_id == wanted.router_id) return taken("router_id_in_use");
  }
  for (const auto& attachment : wanted.attachments) ZTIX_CHECK(check(attachment));
  return {};
}

Result<RouteServer> FakeRouteServerStore::add(const NewRouteServer& wanted, const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(check(wanted));
  const auto id = static_cast<std::int64_t>(delivery_.route_servers.size()) + 1;
  domain::RouteServerConfig config{
      id, wanted.endpoint.name, wanted.router_id, RouteServerState::joining, "", wanted.rtr_caches, {}};
  for (const auto& attachment : wanted.attachments) {
    const auto& network = *delivery_.exchange.find_network(attachment.zt_network_id);
    config.attachments.push_back({network.number, network.route_server_asn, attachment.ipv4, attachment.ipv6});
    delivery_.exchange.nodes.push_back({network.number, attachment.node_id, wanted.endpoint.name,
                                        domain::InfrastructureRole::route_server, attachment.ipv4, attachment.ipv6});
  }
  delivery_.route_servers.push_back({id, wanted.endpoint, config, 0, "", 0, "", {}, "", "", {}, {}, false});
  delivery_.jobs.set_target_fence(wanted.endpoint.name, 0);
  auto manifest = delivery_.draft();
  manifest.route_servers.insert_or_assign(id, published(config));
  delivery_.publish(manifest, actor);
  delivery_.exchange.audit(actor, "route_server.added", "route_server", wanted.endpoint.name);
  return shown(delivery_.route_servers.back());
}

Result<std::vector<RouteServer>> FakeRouteServerStore::route_servers() {
  const std::lock_guard lock(delivery_.exchange.mutex);
  std::vector<RouteServer> all;
  for (const auto& route_server : delivery_.route_servers) all.push_back(shown(route_server));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.endpoint.name < b.endpoint.name; });
  return all;
}

Result<RouteServer> FakeRouteServerStore::route_server(const std::string& name) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  return shown(*found);
}

Status FakeRouteServerStore::set_state(const std::string& name, RouteServerState state, const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  if (!domain::may_change(found->config.state, state)) return fail(ErrorCode::refused_transition, "Not in this state.");
  found->config.state = state;
  auto manifest = delivery_.draft();
  manifest.route_servers.erase(found->id);
  if (state != RouteServerState::removed) manifest.route_servers.insert_or_assign(found->id, published(found->config));
  delivery_.publish(manifest, actor);
  delivery_.exchange.audit(actor, "route_server.state_changed", "route_server", name);
  delivery_.evaluate(actor);
  return {};
}

Status FakeRouteServerStore::repin_host_key(const std::string& name, const std::string& host_key, const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  found->endpoint.host_key = host_key;
  delivery_.exchange.audit(actor, "route_server.host_key_pinned", "route_server", name);
  return {};
}

Result<std::int64_t> FakeRouteServerStore::order(const std::string& name, const std::string& action,
                                                 const Actor& actor) {
  const auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  const auto state = found->config.state;
  if (state == RouteServerState::disabled || state == RouteServerState::removed) {
    return fail(ErrorCode::refused_transition, "It takes no applies.");
  }
  delivery_.exchange.audit(actor, action, "route_server", name);
  return delivery_.jobs.enqueue({"rs.apply", "route_server:" + name, delivery_.newest().revision, 1,
                                 std::chrono::milliseconds(0), actor.trace_id});
}

Result<std::int64_t> FakeRouteServerStore::request_apply(const std::string& name, const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  return order(name, "route_server.apply_requested", actor);
}

Result<std::int64_t> FakeRouteServerStore::request_take_over(const std::string& name, const std::string& reason,
                                                             const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  if (reason.empty()) return fail(ErrorCode::invalid_argument, "Say why.");
  ZTIX_ASSIGN(const auto job, order(name, "route_server.take_over_requested", actor));
  delivery_.take_overs[name] = reason;
  return job;
}

}  // namespace ztix::test
