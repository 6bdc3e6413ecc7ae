#include "tests/support/fake_route_server_store.h"

#include <algorithm>

#include "core/domain/route_server_transitions.h"

namespace ztix::test {
namespace {

using domain::RouteServerState;
using service::Actor;
using service::NewRouteServer;
using service::RouteServer;

constexpr std::chrono::seconds kJustNow{150};

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
  delivery_.route_servers.push_back(
      {id, wanted.endpoint, config, 0, "", 0, "", {}, "", "", {}, {}, false, wanted.rtr_exception});
  delivery_.jobs.set_target_fence(wanted.endpoint.name, 0);
  auto manifest = delivery_.draft();
  manifest.route_servers.insert_or_assign(id, published(config));
  delivery_.publish(manifest, actor);
  delivery_.exchange.audit(actor, "route_server.added", "route_server", wanted.endpoint.name);
  return shown(delivery_.route_servers.back());
}

domain::RtrSituation FakeRouteServerStore::situation(const RouteServer& server) const {
  domain::RtrSituation situation{server.config.state == RouteServerState::enabled, {}, server.confirmed_revision > 0};
  const auto last = std::prev(delivery_.manifests.end());
  for (auto manifest = delivery_.manifests.begin(); manifest != delivery_.manifests.end(); ++manifest) {
    const bool is_over = manifest != last && std::next(manifest)->revision <= server.confirmed_revision;
    const auto found = manifest->route_servers.find(server.id);
    if (!is_over && found != manifest->route_servers.end()) situation.possible.push_back(found->second.rtr_caches);
  }
  return situation;
}

Status FakeRouteServerStore::check_rtr(const RouteServer& server, const domain::RtrCaches& wanted) const {
  std::vector<domain::RtrSituation> others;
  for (const auto& other : delivery_.route_servers) {
    if (other.id != server.id) others.push_back(situation(other));
  }
  switch (domain::judge_rtr_change(wanted, situation(server), others)) {
    case domain::RtrRefusal::none:
      return {};
    case domain::RtrRefusal::all_at_once:
      return taken("rtr_all_at_once");
    case domain::RtrRefusal::everywhere:
      return taken("rtr_everywhere");
  }
  return {};
}

Result<bool> FakeRouteServerStore::change(const std::string& name, const service::RouteServerChange& change,
                                          const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  if (found->config.state == RouteServerState::removed) return fail(ErrorCode::refused_transition, "It is removed.");
  auto wanted = *found;
  wanted.endpoint.host = change.ssh_host.value_or(wanted.endpoint.host);
  wanted.endpoint.port = change.ssh_port.value_or(wanted.endpoint.port);
  wanted.endpoint.user = change.ssh_user.value_or(wanted.endpoint.user);
  wanted.rtr_exception = change.rtr_exception.value_or(wanted.rtr_exception);
  const auto caches = change.rtr_caches.value_or(wanted.config.rtr_caches);
  const bool twice = std::any_of(caches.begin(), caches.end(), [&](const auto& cache) {
    return std::count(caches.begin(), caches.end(), cache) > 1;
  });
  if (twice || (caches.size() < 2 && wanted.rtr_exception.empty()) || wanted.endpoint.host.empty()) {
    return fail(ErrorCode::invalid_argument, "Incomplete.");
  }
  for (const auto& known : delivery_.route_servers) {
    const bool same = known.endpoint.host == wanted.endpoint.host && known.endpoint.port == wanted.endpoint.port;
    if (known.id != wanted.id && same && known.config.state != RouteServerState::removed)
      return taken("address_in_use");
  }
  const bool same_caches = domain::is_same(caches, wanted.config.rtr_caches);
  if (!same_caches) ZTIX_CHECK(check_rtr(*found, caches));
  const bool same_rest = wanted.endpoint.host == found->endpoint.host && wanted.endpoint.port == found->endpoint.port &&
                         wanted.endpoint.user == found->endpoint.user && wanted.rtr_exception == found->rtr_exception;
  if (same_caches && same_rest) return false;
  if (!same_caches) wanted.config.rtr_caches = caches;
  *found = wanted;
  if (!same_caches) {
    auto manifest = delivery_.draft();
    manifest.route_servers.insert_or_assign(found->id, published(found->config));
    delivery_.publish(manifest, actor);
  }
  delivery_.exchange.audit(actor, "route_server.changed", "route_server", name);
  return true;
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

bool FakeRouteServerStore::is_last_one(const RouteServer& server) const {
  return std::any_of(server.config.attachments.begin(), server.config.attachments.end(), [&](const auto& place) {
    return std::none_of(delivery_.route_servers.begin(), delivery_.route_servers.end(), [&](const auto& other) {
      return other.id != server.id && other.config.state == RouteServerState::enabled &&
             delivery_.is_attached(other, place.network_number) && delivery_.seen_up.count(other.id) > 0 &&
             delivery_.exchange.now - delivery_.seen_up.at(other.id) < kJustNow;
    });
  });
}

Status FakeRouteServerStore::set_state(const service::RouteServerOrder& order, const Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto& name = order.route_server;
  const auto state = order.to;
  auto* found = delivery_.find_route_server(name);
  if (found == nullptr) return unknown();
  if (found->config.state == RouteServerState::enabled) {
    if (order.last_one && order.reason.empty()) return fail(ErrorCode::invalid_argument, "Say why.");
    if (!order.last_one && is_last_one(*found)) return taken("last_one");
  }
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
