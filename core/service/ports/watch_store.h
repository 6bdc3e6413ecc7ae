#pragma once

/// @file core/service/ports/watch_store.h
/// What watching reads and keeps: how sessions are, what the controller shall hold, what was found there last.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/session_health.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// How one session of a membership is on one route server, by the last look.
struct SessionView {
  std::string route_server;
  std::string protocol;
  AddressFamily family = AddressFamily::ipv6;
  domain::SessionHealth health = domain::SessionHealth::never_up;
  Timestamp since{};  ///< since when we have seen it so
  std::string info;   ///< as BIRD says it
};

/// What the exchange wants of one node that is, or once was, a member.
struct ExpectedMember {
  std::int64_t membership_id = 0;
  domain::NodeId node_id;
  domain::Asn asn;
  int router_sequence = 1;
  bool is_authorized = false;
  std::vector<IpAddress> addresses;  ///< that it may use; empty when it shall not be there
};

struct ExpectedFabric {
  Network network;
  std::vector<ExpectedMember> members;
  std::vector<InfrastructureNode> infrastructure;
  /// Nodes of memberships that a job is about to change: whatever is found of them is on its way.
  std::vector<domain::NodeId> in_change;
  bool is_frozen = false;
};

/// What the last look at a network's controller found.
struct FabricLook {
  domain::ZtNetworkId zt_network_id;
  std::string network_name;
  std::optional<Timestamp> looked_at;
  bool is_ready = false;
  std::string message;  ///< of the failed check
  std::string remedy;
  int members = 0;
  int authorized = 0;
};

class WatchStore {
 public:
  virtual ~WatchStore() = default;

  /// May a look at this host be judged? False while an apply of it runs, or when one has begun since the job was
  /// claimed: what is found then is on its way.
  virtual Result<bool> is_settled(const Job& job, const std::string& route_server) = 0;
  /// Keeps how every BGP session is.
  virtual Status record_sessions(const Job& job, const std::string& route_server, const HostProbe& probe) = 0;
  virtual Result<std::vector<SessionView>> sessions_of(std::int64_t membership_id) = 0;

  virtual Result<ExpectedFabric> expected_fabric(const domain::ZtNetworkId& network) = 0;
  virtual Status record_fabric(const Job& job, const FabricLook& look) = 0;
  virtual Result<std::vector<FabricLook>> fabric_looks() = 0;

  /// Sees to it that a look at every route server and every network waits, due after `delay` at the latest; returns how
  /// many there are. Such a job puts itself back for the next look, so this only finds what is new or was lost.
  virtual Result<int> enqueue_looks(std::chrono::milliseconds delay) = 0;
};

}  // namespace ztix::service
