#include "core/store/network_store.h"

#include <optional>
#include <string>

#include "core/domain/states.h"
#include "core/store/audit_store.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::InfrastructureNode;
using service::Network;
using service::NewNetwork;

Network read_network(const Row& row) {
  Network network{row.get<int>("number"),
                  row.get<domain::ZtNetworkId>("zt_network_id"),
                  row.get<std::string>("name"),
                  row.get<std::string>("location"),
                  row.get<std::optional<Prefix>>("lan_v4"),
                  row.get<Prefix>("lan_v6"),
                  std::nullopt,
                  row.get_enum(domain::kAdmissions, "admission"),
                  row.get<domain::Asn>("route_server_asn"),
                  row.get<int>("mtu")};
  if (const auto first = row.get<std::optional<std::string>>("pool_first")) {
    network.ipv4_pool = Ipv4Range::parse(*first + "-" + row.get<std::string>("pool_last"));
  }
  return network;
}

InfrastructureNode read_node(const Row& row) {
  return {row.get<int>("network"),
          row.get<domain::NodeId>("node_id"),
          row.get<std::string>("name"),
          row.get_enum(domain::kInfrastructureRoles, "role"),
          row.get<std::optional<IpAddress>>("ipv4"),
          row.get<IpAddress>("ipv6")};
}

Error taken(std::string_view reason, std::string message) {
  return fail(ErrorCode::conflict, std::move(message)).with_reason(reason);
}

/// The conflicts a person can cause, by the constraint that found them.
std::optional<Error> network_conflict(const DbFailure& failure) {
  if (failure.violates("network_zt_network_id")) {
    return taken("network_exists", "This ZeroTier network is part of the exchange already.");
  }
  if (failure.violates("network_name")) return taken("name_in_use", "Another network has this name.");
  if (failure.violates("network_lan_v4_overlap") || failure.violates("network_lan_v6_overlap")) {
    return taken("lan_overlap", "The LAN overlaps that of another network.");
  }
  if (failure.violates("network_pool_complete") || failure.violates("network_pool_inside")) {
    return fail(ErrorCode::invalid_argument,
                "The IPv4 pool must lie inside the IPv4 LAN, without its first and last address.")
        .with_reason("pool_outside_lan");
  }
  return std::nullopt;
}

std::optional<Error> node_conflict(const DbFailure& failure) {
  if (failure.violates("infrastructure_node_node_id") || failure.violates("infrastructure_node_member")) {
    return taken("node_id_in_use", "This node is in use on this network.");
  }
  if (failure.violates("address_once")) return taken("address_in_use", "An address is in use on this network.");
  if (failure.violates("infrastructure_node_name")) {
    return taken("name_in_use", "Another infrastructure node of this network has this name.");
  }
  if (failure.violates("infrastructure_node_network_fkey")) return fail(ErrorCode::not_found, "No such network.");
  return std::nullopt;
}

Network insert_row(Transaction& transaction, const NewNetwork& network) {
  transaction.execute(queries::network_lock_numbers);
  const auto pool_first = network.ipv4_pool ? std::optional(network.ipv4_pool->first()) : std::nullopt;
  const auto pool_last = network.ipv4_pool ? std::optional(network.ipv4_pool->last()) : std::nullopt;
  const auto row = transaction
                       .execute(queries::network_create,
                                {network.zt_network_id, network.name, network.location, network.lan_v4, network.lan_v6,
                                 pool_first, pool_last, network.admission, network.route_server_asn})
                       .one();
  return {row.get<int>("number"),   network.zt_network_id, network.name,      network.location,
          network.lan_v4,           network.lan_v6,        network.ipv4_pool, network.admission,
          network.route_server_asn, row.get<int>("mtu")};
}

Result<Network> insert_network(Transaction& transaction, const NewNetwork& network) {
  try {
    return insert_row(transaction, network);
  } catch (const DbFailure& failure) {
    if (auto error = network_conflict(failure)) return std::move(*error).with_detail(failure.what());
    throw;
  }
}

}  // namespace

Result<Network> PgNetworkStore::add_network(const NewNetwork& network, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Network> {
    ZTIX_ASSIGN(const auto added, insert_network(transaction, network));
    append_audit(transaction, actor, "network.added", "network", added.zt_network_id.text(),
                 {{"name", added.name}, {"number", std::to_string(added.number)}});
    next_revision(transaction, actor, "network.added",
                  {changed(domain::NetworkConfig{added.number, added.zt_network_id, added.lan_v4, added.lan_v6})});
    return added;
  });
}

Status PgNetworkStore::check_network(const NewNetwork& network) {
  bool accepted = false;
  auto outcome = database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(insert_network(transaction, network));
    accepted = true;
    return fail(ErrorCode::refused_transition, "Only asked.");  // an error is what rolls back
  });
  if (accepted) return {};
  return outcome;
}

Result<std::vector<Network>> PgNetworkStore::networks() {
  return database_.read([&](Session& session) -> Result<std::vector<Network>> {
    std::vector<Network> all;
    for (const auto& row : session.execute(queries::network_list)) all.push_back(read_network(row));
    return all;
  });
}

Result<Network> PgNetworkStore::network(const domain::ZtNetworkId& id) {
  return database_.read([&](Session& session) -> Result<Network> {
    const auto row = session.execute(queries::network_read, {id}).at_most_one();
    if (!row) {
      return fail(ErrorCode::not_found, "There is no network " + id.text() + ".")
          .with_reason("unknown_network")
          .with_fact("zt_network_id", id.text());
    }
    return read_network(*row);
  });
}

Result<std::int64_t> insert_infrastructure_node(Transaction& transaction, const InfrastructureNode& node,
                                                const Actor& actor) {
  try {
    const auto row = transaction
                         .execute(queries::infrastructure_node_create,
                                  {node.network_number, node.node_id, node.name, node.role, node.ipv4, node.ipv6})
                         .one();
    append_audit(transaction, actor, "infrastructure_node.added", "infrastructure_node", node.node_id.text(),
                 {{"name", node.name}, {"network", std::to_string(node.network_number)}});
    return row.get<std::int64_t>("id");
  } catch (const DbFailure& failure) {
    if (auto error = node_conflict(failure)) return std::move(*error).with_detail(failure.what());
    throw;
  }
}

Status PgNetworkStore::add_infrastructure_node(const InfrastructureNode& node, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(insert_infrastructure_node(transaction, node, actor));
    return {};
  });
}

Result<std::vector<InfrastructureNode>> PgNetworkStore::infrastructure_nodes(int network_number) {
  return database_.read([&](Session& session) -> Result<std::vector<InfrastructureNode>> {
    std::vector<InfrastructureNode> all;
    for (const auto& row : session.execute(queries::infrastructure_node_list, {network_number})) {
      all.push_back(read_node(row));
    }
    return all;
  });
}

}  // namespace ztix::store
