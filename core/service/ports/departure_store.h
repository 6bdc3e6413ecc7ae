#pragma once

/// @file core/service/ports/departure_store.h
/// What `member.revoke` reads and writes, and where a member has to be cut off.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/service/ports/job_store.h"
#include "core/service/ports/lifecycle_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// A route server that may hold a member.
struct MemberRouteServer {
  RouteServerEndpoint endpoint;
  domain::RouteServerState state = domain::RouteServerState::enabled;
  std::int64_t fence = 0;  ///< its current one; `disable` and `status` are accepted with it
  /// It confirmed a revision without the member (or never had anything of ours).
  bool is_rid_of_it = false;
};

/// A member as the outside world knows it.
struct MemberPresence {
  Uuid installation;
  std::int64_t membership_id = 0;
  Uuid request_id;
  domain::Asn asn;
  int router_sequence = 1;
  int network_number = 0;
  domain::ZtNetworkId zt_network_id;
  std::optional<domain::NodeId> node_id;
  std::optional<domain::NodeId> previous_node_id;
  /// Attached to its network and not removed, by name.
  std::vector<MemberRouteServer> route_servers;
};

struct DepartureSubject {
  MemberPresence member;
  domain::RequestState request_state = domain::RequestState::revoking;
  Departure departure = Departure::orderly;
  /// Since every reachable route server confirmed a revision without it; nullopt before.
  std::optional<std::chrono::milliseconds> withdrawn_for;
  /// Since the controller first read back that its node has neither authorisation nor addresses; nullopt before.
  std::optional<std::chrono::milliseconds> cut_off_for;
  int rereads = 0;  ///< how often that was read again since
};

class DepartureStore {
 public:
  virtual ~DepartureStore() = default;

  /// Where a member is now, departing or not.
  virtual Result<MemberPresence> presence(std::int64_t membership_id) = 0;
  /// `refused_transition` when the membership does not end.
  virtual Result<DepartureSubject> subject(std::int64_t membership_id) = 0;
  /// The fence of a route server now: it has risen when a host refuses the one we read.
  virtual Result<std::int64_t> fence(const std::string& route_server) = 0;
  /// The grace of an orderly departure begins. Idempotent.
  virtual Status record_withdrawn(const Job& job, std::int64_t membership_id) = 0;
  /// The controller read back that the member is cut off, for the first time or again.
  virtual Status record_cut_off(const Job& job, std::int64_t membership_id, int rereads) = 0;
  /// → `revoked`: the membership has ended, its IPv4 address cools off for so long. Route servers that have not
  /// confirmed are written down as owing it. While one owes, neither address nor router sequence is given again; its
  /// confirm of a later revision pays (ApplyStore). Idempotent.
  virtual Status finish(const Job& job, std::int64_t membership_id, std::chrono::hours cooling_off) = 0;
};

}  // namespace ztix::service
