#include "tests/support/fake_network_store.h"

#include <algorithm>

namespace ztix::test {
namespace {

using service::InfrastructureNode;
using service::Network;
using service::NewNetwork;

Error taken(std::string_view reason) {
  return fail(ErrorCode::conflict, "This is in use already.").with_reason(reason);
}

Status compare(const Network& known, const NewNetwork& wish) {
  if (known.zt_network_id == wish.zt_network_id) return taken("network_exists");
  if (known.name == wish.name) return taken("name_in_use");
  const bool v4 = known.lan_v4 && wish.lan_v4 && known.lan_v4->overlaps(*wish.lan_v4);
  if (v4 || known.lan_v6.overlaps(wish.lan_v6)) return taken("lan_overlap");
  return {};
}

bool is_pool_inside(const NewNetwork& wish) {
  if (!wish.ipv4_pool) return true;
  return wish.lan_v4 && wish.lan_v4->contains(wish.ipv4_pool->first()) &&
         wish.lan_v4->contains(wish.ipv4_pool->last()) && wish.ipv4_pool->first() != wish.lan_v4->address() &&
         wish.ipv4_pool->last() != wish.lan_v4->last_address();
}

Status compare(const InfrastructureNode& known, const InfrastructureNode& wish) {
  if (known.network_number != wish.network_number) return {};
  if (known.node_id == wish.node_id) return taken("node_id_in_use");
  if (known.name == wish.name) return taken("name_in_use");
  if ((known.ipv4 && known.ipv4 == wish.ipv4) || known.ipv6 == wish.ipv6) return taken("address_in_use");
  return {};
}

}  // namespace

Result<Network> FakeNetworkStore::add_network(const NewNetwork& network, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (!is_pool_inside(network)) {
    return fail(ErrorCode::invalid_argument, "The pool must lie inside the LAN.").with_reason("pool_outside_lan");
  }
  for (const auto& known : exchange_.networks) ZTIX_CHECK(compare(known, network));
  const auto number = static_cast<int>(exchange_.networks.size()) + 1;
  exchange_.networks.push_back({number, network.zt_network_id, network.name, network.location, network.lan_v4,
                                network.lan_v6, network.ipv4_pool, network.admission, network.route_server_asn, 1500});
  exchange_.audit(actor, "network.added", "network", network.zt_network_id.text());
  return exchange_.networks.back();
}

Result<std::vector<Network>> FakeNetworkStore::networks() {
  const std::lock_guard hold(exchange_.mutex);
  return exchange_.networks;
}

Result<Network> FakeNetworkStore::network(const domain::ZtNetworkId& id) {
  const std::lock_guard hold(exchange_.mutex);
  const auto* found = exchange_.find_network(id);
  if (found == nullptr) return fail(ErrorCode::not_found, "No such network.").with_reason("unknown_network");
  return *found;
}

Status FakeNetworkStore::add_infrastructure_node(const InfrastructureNode& node, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (node.network_number < 1 || static_cast<std::size_t>(node.network_number) > exchange_.networks.size()) {
    return fail(ErrorCode::not_found, "No such network.");
  }
  if (exchange_.is_member_node(node.network_number, node.node_id)) return taken("node_id_in_use");
  for (const auto& known : exchange_.nodes) ZTIX_CHECK(compare(known, node));
  exchange_.nodes.push_back(node);
  exchange_.audit(actor, "infrastructure_node.added", "infrastructure_node", node.node_id.text());
  return {};
}

Result<std::vector<InfrastructureNode>> FakeNetworkStore::infrastructure_nodes(int network_number) {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<InfrastructureNode> found;
  for (const auto& node : exchange_.nodes) {
    if (node.network_number == network_number) found.push_back(node);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

}  // namespace ztix::test
