#pragma once

/// @file core/fabric/controller_api.h
/// The single calls that VerifiedFabric is made of, and in which the two kinds of controller differ.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/zerotier_id.h"
#include "core/fabric/controller_reply.h"
#include "core/service/ports/fabric_provider.h"

namespace ztix::fabric {

/// What is written to a member, all of it in one request: two requests to an online member lose updates (measured).
struct WantedMember {
  bool authorized = false;
  std::vector<std::string> addresses;
};

/// One request each. Errors as HttpFetcher, and: `unauthenticated` (with the remedy), `forbidden`, `rate_limited`,
/// `invalid_argument` for a request the controller calls malformed (permanent), `upstream` for anything unreadable.
class ControllerApi {
 public:
  virtual ~ControllerApi() = default;

  /// The checks that come before any network: reachable, token, …; ends at the first that fails.
  [[nodiscard]] virtual std::vector<service::ReadinessCheck> general_checks() = 0;

  /// `forbidden` with the remedy if this controller cannot own the network.
  virtual Status check_owner(const domain::ZtNetworkId& network) = 0;

  /// nullopt if there is none. Never creates one.
  virtual Result<std::optional<NetworkFacts>> network(const domain::ZtNetworkId& network) = 0;

  /// Writes every wanted field; creates the network if there is none. @return what the reply says.
  virtual Result<NetworkFacts> write_network(const service::WantedNetwork& wanted) = 0;

  /// nullopt if there is none.
  virtual Result<std::optional<MemberFacts>> member(const domain::ZtNetworkId& network, const domain::NodeId& node) = 0;

  /// @return what the reply says, which is not yet what is stored.
  virtual Result<MemberFacts> write_member(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                           const WantedMember& wanted) = 0;

  /// `not_found` for an unknown network.
  virtual Result<std::vector<MemberFacts>> members(const domain::ZtNetworkId& network) = 0;
};

}  // namespace ztix::fabric
