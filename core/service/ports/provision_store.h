#pragma once

/// @file core/service/ports/provision_store.h
/// What `member.provision` reads and writes.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/request_state.h"
#include "core/domain/zerotier_id.h"
#include "core/net/prefix.h"
#include "core/service/ports/job_store.h"

namespace ztix::service {

/// A membership and everything around it that provisioning needs.
struct ProvisionSubject {
  std::int64_t membership_id = 0;
  Uuid request_id;
  domain::RequestState request_state = domain::RequestState::approved;
  domain::Desired desired = domain::Desired::present;
  domain::Asn asn;
  int router_sequence = 1;
  std::optional<domain::NodeId> node_id;
  /// After an in-place change: the node that must lose its authorisation.
  std::optional<domain::NodeId> previous_node_id;
  bool ipv4_wanted = false;
  std::optional<IpAddress> address_v4;
  std::optional<IpAddress> address_v6;
  int network_number = 0;
  domain::ZtNetworkId zt_network_id;
  std::string network_name;
  std::vector<Prefix> lan_prefixes;
  domain::Revision published_revision = 0;  ///< 0 = not in any revision yet
  /// Must be authorised nowhere and have no session up, whatever else is wanted of it.
  bool suspended = false;
  /// Why its network stands still (a freeze); empty when it does not.
  std::string frozen = {};
};

struct ReservedAddresses {
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
};

/// The right to write to one network at the controller. Lost with the database connection that holds it.
class FabricLock {
 public:
  virtual ~FabricLock() = default;
  /// Asks the server, not a flag.
  [[nodiscard]] virtual bool held() = 0;
};

class ProvisionStore {
 public:
  virtual ~ProvisionStore() = default;

  virtual Result<ProvisionSubject> subject(std::int64_t membership_id) = 0;
  /// Keeps what is reserved already; else IPv6 by plan and, when wanted, the IPv4 address free for longest.
  /// `out_of_range` (`ipv4_pool_exhausted`) when none is free: nothing is written.
  virtual Result<ReservedAddresses> reserve_addresses(const Job& job, std::int64_t membership_id) = 0;
  /// PostgreSQL advisory lock per network on a connection of its own. `conflict` while another worker holds it.
  virtual Result<std::unique_ptr<FabricLock>> lock_fabric(const domain::ZtNetworkId& network) = 0;

  /// Shows why the request does not move; an empty word clears it.
  virtual Status note_waiting(const Job& job, std::int64_t membership_id, const std::string& waiting_for,
                              const std::string& remedy) = 0;
  /// approved → provisioning (a no-op in provisioning and active).
  virtual Status start(const Job& job, std::int64_t membership_id) = 0;
  /// → failed, with the cause in the request and the audit.
  virtual Status fail(const Job& job, std::int64_t membership_id, const std::string& cause) = 0;
  /// The node change is complete at the controller.
  virtual Status forget_previous_node(const Job& job, std::int64_t membership_id) = 0;
  /// Puts the membership's current version into a new revision (unless the newest has it), with one row per
  /// (request, route server) and one `rs.apply` per attached route server that is joining or enabled.
  virtual Result<domain::Revision> publish(const Job& job, std::int64_t membership_id) = 0;

  /// Evaluates `succeed`/`converge` for every request that may have become complete; returns how many became active.
  virtual Result<int> evaluate_requests() = 0;
};

}  // namespace ztix::service
