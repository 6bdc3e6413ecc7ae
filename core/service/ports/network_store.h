#pragma once

/// @file core/service/ports/network_store.h
/// Networks of the exchange and their infrastructure nodes.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/asn.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ipv4_range.h"
#include "core/net/prefix.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

struct Network {
  int number = 0;  ///< the `n<number>` of protocol names
  domain::ZtNetworkId zt_network_id;
  std::string name;
  std::string location;
  std::optional<Prefix> lan_v4;
  Prefix lan_v6;
  std::optional<Ipv4Range> ipv4_pool;
  domain::Admission admission = domain::Admission::listed;
  domain::Asn route_server_asn;
  int mtu = 1500;
};

/// `number` is given by the store.
struct NewNetwork {
  domain::ZtNetworkId zt_network_id;
  std::string name;
  std::string location;
  std::optional<Prefix> lan_v4;
  Prefix lan_v6;
  std::optional<Ipv4Range> ipv4_pool;
  domain::Admission admission = domain::Admission::listed;
  domain::Asn route_server_asn;
};

/// A route server's or collector's node: never touched by repair or revoke.
struct InfrastructureNode {
  int network_number = 0;
  domain::NodeId node_id;
  std::string name;
  domain::InfrastructureRole role = domain::InfrastructureRole::route_server;
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
};

class NetworkStore {
 public:
  virtual ~NetworkStore() = default;
  /// `conflict` for a known id or a LAN that overlaps another network's; makes a new revision.
  virtual Result<Network> add_network(const NewNetwork& network, const Actor& actor) = 0;
  virtual Result<std::vector<Network>> networks() = 0;
  virtual Result<Network> network(const domain::ZtNetworkId& id) = 0;
  /// `conflict` when node id or address is in use on this network.
  virtual Status add_infrastructure_node(const InfrastructureNode& node, const Actor& actor) = 0;
  virtual Result<std::vector<InfrastructureNode>> infrastructure_nodes(int network_number) = 0;
};

}  // namespace ztix::service
