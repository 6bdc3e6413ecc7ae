#pragma once

/// @file core/service/ports/fabric_provider.h
/// The layer-2 fabric: who may send frames on a network, with which addresses.

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/domain/zerotier_id.h"
#include "core/net/prefix.h"

namespace ztix::service {

/// One step of the readiness gate. The gate fails closed: everything after the first failure is `not reached`.
struct ReadinessCheck {
  std::string name;  ///< e.g. `reachable`, `token`, `database`, `address_matches_network`, `network_configuration`
  bool ok = false;
  std::string message;  ///< what was found, for people
  std::string remedy;   ///< what to do about it; empty when ok
};

struct Readiness {
  std::vector<ReadinessCheck> checks;
  /// Null when no check failed, also when none was made.
  [[nodiscard]] const ReadinessCheck* first_failure() const noexcept {
    for (const auto& check : checks) {
      if (!check.ok) return &check;
    }
    return nullptr;
  }
  [[nodiscard]] bool ready() const noexcept { return !checks.empty() && first_failure() == nullptr; }
};

/// The network as the exchange wants it; what is not named here is fixed (private, mtu 1500, no broadcast, no pools,
/// assign modes off, routes = LAN prefixes only).
struct WantedNetwork {
  domain::ZtNetworkId id;
  std::string name;
  std::vector<Prefix> lan_prefixes;
};

struct FabricMember {
  domain::NodeId node_id;
  bool authorized = false;
  std::vector<IpAddress> addresses;
  /// True when the controller has heard from the node itself at least once.
  bool seen = false;
};

/// Asked directly before each write; `false` aborts with `unavailable`. The worker answers whether it still holds the
/// network's advisory lock and its lease: concurrent writers lose updates and corrupt files on the controller.
using MayWrite = std::function<bool()>;

class FabricProvider {
 public:
  virtual ~FabricProvider() = default;

  /// Never fails as a call: what is wrong is in the result, with a remedy.
  [[nodiscard]] virtual Readiness readiness(const std::vector<WantedNetwork>& required) = 0;

  /// Brings an existing network to the wanted configuration and reads it back.
  /// @param create  false: an unknown id is `not_found` (a mistyped id would otherwise *create* a network).
  /// @return `conflict` when the controller stored something else, `forbidden` for a network of another controller.
  virtual Status ensure_network(const WantedNetwork& wanted, bool create, const MayWrite& may_write) = 0;

  /// Authorises with exactly these addresses: one POST, reply compared, read back, repeated when different.
  /// Idempotent. @return `not_found` for an unknown network (nothing is created), `unauthenticated` for a wrong token,
  /// `unavailable`/`timeout` transient, `conflict` when the controller keeps storing something else.
  virtual Result<FabricMember> authorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                         const std::vector<IpAddress>& addresses, const MayWrite& may_write) = 0;

  /// Takes authorisation and addresses away and reads it back. Idempotent; an unknown member is success.
  virtual Status deauthorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                             const MayWrite& may_write) = 0;

  virtual Result<std::vector<FabricMember>> list_members(const domain::ZtNetworkId& network) = 0;
};

}  // namespace ztix::service
