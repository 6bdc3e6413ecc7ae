#pragma once

/// @file core/service/ports/route_server_store.h
/// The inventory of route servers and what is known of each.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

struct NewRouteServer {
  RouteServerEndpoint endpoint;  ///< with the accepted host key
  IpAddress router_id;           ///< IPv4
  std::vector<domain::RtrCache> rtr_caches;
  /// Why fewer than two caches are enough; required then.
  std::string rtr_exception;
  /// Node ids and addresses per network; each becomes an infrastructure node too.
  struct Attachment {
    domain::ZtNetworkId zt_network_id;
    domain::NodeId node_id;
    std::optional<IpAddress> ipv4;
    IpAddress ipv6;
  };
  std::vector<Attachment> attachments;
};

struct RouteServer {
  std::int64_t id = 0;
  RouteServerEndpoint endpoint;
  domain::RouteServerConfig config;
  domain::Revision wanted_revision = 0;
  std::string wanted_digest;
  domain::Revision confirmed_revision = 0;
  std::string confirmed_digest;
  std::optional<Timestamp> confirmed_at;
  std::string last_step;
  std::string last_error;
  std::optional<Timestamp> last_step_at;
  std::optional<Timestamp> last_probe_at;
  /// Computed: enabled and behind the newest revision.
  bool diverged = false;
  std::string rtr_exception;  ///< why fewer than two RTR caches are enough
};

/// What is changed of a route server that is there; what is not named stays as it is.
struct RouteServerChange {
  std::optional<std::string> ssh_host;
  std::optional<std::uint16_t> ssh_port;
  std::optional<std::string> ssh_user;
  std::optional<std::vector<domain::RtrCache>> rtr_caches;  ///< all of them
  std::optional<std::string> rtr_exception;
};

inline constexpr std::chrono::hours kTakeOverLifetime{1};

/// What a person orders a route server to become.
struct RouteServerOrder {
  std::string route_server;
  domain::RouteServerState to = domain::RouteServerState::disabled;
  /// Take it out of service although no other route server of one of its networks is enabled and up.
  bool last_one = false;
  std::string reason;
};

class RouteServerStore {
 public:
  virtual ~RouteServerStore() = default;
  /// State `joining`; makes a revision and enqueues its first `rs.apply`. `conflict` for a known name or address.
  virtual Result<RouteServer> add(const NewRouteServer& route_server, const Actor& actor) = 0;
  virtual Result<std::vector<RouteServer>> route_servers() = 0;
  virtual Result<RouteServer> route_server(const std::string& name) = 0;
  /// Audited (`route_server.changed`). Other RTR caches make a revision; where the host is reached does not.
  /// @return false when all of it was so already: nothing is written then. not_found; refused_transition for one that
  /// is removed; invalid_argument; conflict with reason `address_in_use`, `frozen`, `rtr_all_at_once` or
  /// `rtr_everywhere` (core/domain/rtr_change.h).
  virtual Result<bool> change(const std::string& name, const RouteServerChange& change, const Actor& actor) = 0;
  /// Any change re-evaluates open requests; `enabled` is only reached by the worker, from `joining`.
  /// @return not_found; refused_transition; conflict with reason `last_one` when it is enabled and no other one is
  /// enabled and was seen up just now; invalid_argument for `last_one` without a reason.
  virtual Status set_state(const RouteServerOrder& order, const Actor& actor) = 0;
  virtual Status repin_host_key(const std::string& name, const std::string& host_key, const Actor& actor) = 0;
  /// Enqueues `rs.apply` now (priority 1); returns the job id.
  virtual Result<std::int64_t> request_apply(const std::string& name, const Actor& actor) = 0;
  /// The same, and the next apply may replace a configuration that ZTIX did not put there. A confirm uses the order up,
  /// and after kTakeOverLifetime it ends unused: it is meant for what runs now and not for what somebody does next
  /// month. `invalid_argument` without a reason.
  virtual Result<std::int64_t> request_take_over(const std::string& name, const std::string& reason,
                                                 const Actor& actor) = 0;
};

}  // namespace ztix::service
