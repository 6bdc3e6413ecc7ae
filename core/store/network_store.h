#pragma once

/// @file core/store/network_store.h
/// Networks and infrastructure nodes in PostgreSQL.

#include <cstdint>
#include <vector>

#include "core/service/ports/network_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Adds the node with its addresses, and its audit row. For whoever adds a route server in the same transaction.
/// @return its id; conflict with reason `node_id_in_use`, `address_in_use` or `name_in_use`; not_found for an unknown
///         network. @throws DbFailure
Result<std::int64_t> insert_infrastructure_node(Transaction& transaction, const service::InfrastructureNode& node,
                                                const service::Actor& actor);

class PgNetworkStore final : public service::NetworkStore {
 public:
  explicit PgNetworkStore(Database& database) : database_(database) {}

  Result<service::Network> add_network(const service::NewNetwork& network, const service::Actor& actor) override;
  /// Whether add_network() would refuse it now: added and rolled back, so that every constraint is asked and none is
  /// imitated. For whoever must act elsewhere first.
  Status check_network(const service::NewNetwork& network);
  Result<std::vector<service::Network>> networks() override;
  Result<service::Network> network(const domain::ZtNetworkId& id) override;
  Status add_infrastructure_node(const service::InfrastructureNode& node, const service::Actor& actor) override;
  Result<std::vector<service::InfrastructureNode>> infrastructure_nodes(int network_number) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
