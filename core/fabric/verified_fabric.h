#pragma once

/// @file core/fabric/verified_fabric.h
/// FabricProvider on top of single calls: look first, write once, believe only what is read back.

#include <chrono>
#include <functional>
#include <memory>

#include "core/fabric/controller_api.h"
#include "core/service/ports/fabric_provider.h"

namespace ztix::fabric {

/// How often and how patiently a write is verified.
struct Verification {
  /// Writes of one state before giving up with `conflict`.
  unsigned attempts = 4;
  /// Between the write and the reading back. An online member makes the controller save the record it had read before:
  /// seen up to a few ms after the write (8-18 of 60 trials), never after 100 ms.
  std::chrono::milliseconds read_back_after{100};
  /// How to wait; tests wait for nothing.
  std::function<void(std::chrono::milliseconds)> pause;
};

/// The same promises for every kind of controller:
/// - nothing is ever created by an unknown network id, except by ensure_network(create);
/// - a network of another controller is refused before anything is written;
/// - a write is one request, its reply is compared, and after `read_back_after` it is read again; a difference is
///   written again, `attempts` times in all;
/// - what is already as wanted is not written at all;
/// - `may_write` is asked directly before every single write.
///
/// deauthorize() proves its effect once; an online member's own request can undo it later still, so whoever revokes
/// reads again after some seconds.
class VerifiedFabric : public service::FabricProvider {
 public:
  /// An empty `pause` sleeps the calling thread.
  VerifiedFabric(std::unique_ptr<ControllerApi> api, Verification verification);

  [[nodiscard]] service::Readiness readiness(const std::vector<service::WantedNetwork>& required) override;
  Status ensure_network(const service::WantedNetwork& wanted, bool create, const service::MayWrite& may_write) override;
  /// An empty list of addresses is `invalid_argument`: the member could then use any.
  Result<service::FabricMember> authorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                          const std::vector<IpAddress>& addresses,
                                          const service::MayWrite& may_write) override;
  Status deauthorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                     const service::MayWrite& may_write) override;
  Result<std::vector<service::FabricMember>> list_members(const domain::ZtNetworkId& network) override;

 private:
  [[nodiscard]] service::ReadinessCheck owner_check(const std::vector<service::WantedNetwork>& required);
  [[nodiscard]] service::ReadinessCheck network_check(const std::vector<service::WantedNetwork>& required);
  Status require_network(const domain::ZtNetworkId& network);
  Result<MemberFacts> write_until_stored(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                         const WantedMember& wanted, const service::MayWrite& may_write);
  Status write_until_stored(const service::WantedNetwork& wanted, const service::MayWrite& may_write);

  std::unique_ptr<ControllerApi> api_;
  Verification verification_;
};

}  // namespace ztix::fabric
