#include "core/fabric/verified_fabric.h"

#include <stdexcept>
#include <thread>

#include "core/base/text.h"
#include "core/fabric/wanted_state.h"

namespace ztix::fabric {

using service::ReadinessCheck;

namespace {

Status ask(const service::MayWrite& may_write) {
  if (!may_write) throw std::logic_error("VerifiedFabric: a write without anybody to ask");
  if (may_write()) return {};
  return fail(ErrorCode::unavailable, "Another worker has taken over; nothing was written.");
}

Error unknown_network(const domain::ZtNetworkId& network) {
  return fail(ErrorCode::not_found,
              "The controller has no network " + network.text() + ". Check the id, or create the network.");
}

/// What stands behind the first failure has not been looked at, and unknown is not ready.
ReadinessCheck not_reached(const char* name) { return {name, false, "not checked", "Solve the failure above first."}; }

ReadinessCheck failed(const char* name, const Error& error, std::string remedy) {
  return {name, false, error.message, std::move(remedy)};
}

constexpr const char* kUnknownNetworkRemedy =
    "If its controller lost it, restore controller.d from a backup while it is stopped. A new network is made by "
    "`ztix network add --create`.";

std::string wanted_in_words(const service::WantedNetwork& wanted) {
  std::string routes;
  for (const Prefix& prefix : wanted.lan_prefixes) routes += " " + prefix.text();
  return "name \"" + wanted.name + "\", private, mtu " + std::to_string(kWantedMtu) + ", multicastLimit " +
         std::to_string(kLeastMulticastLimit) + ", enableBroadcast off, every assign mode off, no pools, routes" +
         routes;
}

}  // namespace

VerifiedFabric::VerifiedFabric(std::unique_ptr<ControllerApi> api, Verification verification)
    : api_(std::move(api)), verification_(std::move(verification)) {
  if (!verification_.pause) {
    verification_.pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  }
}

service::Readiness VerifiedFabric::readiness(const std::vector<service::WantedNetwork>& required) {
  service::Readiness result{api_->general_checks()};
  const bool answers = result.ready();
  result.checks.push_back(answers ? owner_check(required) : not_reached("address_matches_network"));
  const bool owned = result.checks.back().ok;
  result.checks.push_back(owned ? network_check(required) : not_reached("network_configuration"));
  return result;
}

ReadinessCheck VerifiedFabric::owner_check(const std::vector<service::WantedNetwork>& required) {
  for (const auto& wanted : required) {
    if (const auto owner = api_->check_owner(wanted.id); !owner) {
      return failed("address_matches_network", owner.error(),
                    "Point the settings at the controller that owns the network, or restore its identity.secret.");
    }
  }
  return {"address_matches_network", true, "The controller owns every required network.", {}};
}

ReadinessCheck VerifiedFabric::network_check(const std::vector<service::WantedNetwork>& required) {
  constexpr const char* kName = "network_configuration";
  for (const auto& wanted : required) {
    const auto found = api_->network(wanted.id);
    if (!found) return failed(kName, found.error(), "Look at the controller's log and ask again.");
    if (!*found) return failed(kName, unknown_network(wanted.id), kUnknownNetworkRemedy);
    if (const auto differing = differences(**found, wanted); !differing.empty()) {
      return {kName, false, "Network " + wanted.id.text() + " is not as wanted: " + join(differing, ", ") + ".",
              "Set it at the controller: " + wanted_in_words(wanted) + "."};
    }
  }
  return {kName, true, "Every required network is as wanted.", {}};
}

Status VerifiedFabric::ensure_network(const service::WantedNetwork& wanted, bool create,
                                      const service::MayWrite& may_write) {
  ZTIX_CHECK(api_->check_owner(wanted.id));
  ZTIX_ASSIGN(const auto found, api_->network(wanted.id));
  if (!found && !create) return unknown_network(wanted.id);
  if (found && differences(*found, wanted).empty()) return {};
  return write_until_stored(wanted, may_write);
}

Status VerifiedFabric::write_until_stored(const service::WantedNetwork& wanted, const service::MayWrite& may_write) {
  std::vector<std::string> differing;
  for (unsigned attempt = 0; attempt < verification_.attempts; ++attempt) {
    ZTIX_CHECK(ask(may_write));
    ZTIX_ASSIGN(const NetworkFacts replied, api_->write_network(wanted));
    differing = differences(replied, wanted);
    if (!differing.empty()) continue;
    verification_.pause(verification_.read_back_after);
    ZTIX_ASSIGN(const auto stored, api_->network(wanted.id));
    if (stored) differing = differences(*stored, wanted);
    if (stored && differing.empty()) return {};
  }
  return fail(ErrorCode::conflict, "The controller does not keep the configuration of network " + wanted.id.text() +
                                       (differing.empty() ? "." : ": " + join(differing, ", ") + "."));
}

/// Before any member is written: a mistyped network must not be created, nor a foreign one filled.
Status VerifiedFabric::require_network(const domain::ZtNetworkId& network) {
  ZTIX_CHECK(api_->check_owner(network));
  ZTIX_ASSIGN(const auto found, api_->network(network));
  if (!found) return unknown_network(network);
  return {};
}

Result<service::FabricMember> VerifiedFabric::authorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                                        const std::vector<IpAddress>& addresses,
                                                        const service::MayWrite& may_write) {
  if (addresses.empty()) return fail(ErrorCode::invalid_argument, "A member is authorized only with addresses.");
  ZTIX_CHECK(require_network(network));
  WantedMember wanted{true, {}};
  for (const IpAddress& address : addresses) wanted.addresses.push_back(address.text());
  ZTIX_ASSIGN(const MemberFacts stored, write_until_stored(network, node, wanted, may_write));
  if (auto member = fabric_member(stored)) return *member;
  return fail(ErrorCode::upstream, "The controller answered with a member that has no node id.");
}

Status VerifiedFabric::deauthorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                   const service::MayWrite& may_write) {
  ZTIX_CHECK(require_network(network));
  ZTIX_ASSIGN(const auto found, api_->member(network, node));
  if (!found) return {};
  ZTIX_ASSIGN([[maybe_unused]] const MemberFacts stored, write_until_stored(network, node, WantedMember{}, may_write));
  return {};
}

Result<MemberFacts> VerifiedFabric::write_until_stored(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                                       const WantedMember& wanted, const service::MayWrite& may_write) {
  ZTIX_ASSIGN(const auto found, api_->member(network, node));
  if (found && is_as_wanted(*found, wanted)) return *found;
  for (unsigned attempt = 0; attempt < verification_.attempts; ++attempt) {
    ZTIX_CHECK(ask(may_write));
    ZTIX_ASSIGN(const MemberFacts replied, api_->write_member(network, node, wanted));
    if (!is_as_wanted(replied, wanted)) continue;
    verification_.pause(verification_.read_back_after);
    ZTIX_ASSIGN(const auto stored, api_->member(network, node));
    if (stored && is_as_wanted(*stored, wanted)) return *stored;
  }
  return fail(ErrorCode::conflict, "The controller does not keep what was written for member " + node.text() +
                                       " of network " + network.text() + ".");
}

Result<std::vector<service::FabricMember>> VerifiedFabric::list_members(const domain::ZtNetworkId& network) {
  ZTIX_CHECK(require_network(network));
  ZTIX_ASSIGN(const auto records, api_->members(network));
  std::vector<service::FabricMember> members;
  for (const MemberFacts& facts : records) {
    // An id no node can have (typed by hand: the controller stores anything) grants nothing to anybody.
    if (auto member = fabric_member(facts)) members.push_back(std::move(*member));
  }
  return members;
}

}  // namespace ztix::fabric
