#pragma once

/// @file tests/support/fake_fabric_provider.h
/// A fabric in memory, held to the same contract as the real adapters (tests/contract/fabric).

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/service/ports/fabric_provider.h"

namespace ztix::test {

/// Tests make it misbehave through the public members. Not thread safe.
class FakeFabricProvider final : public service::FabricProvider {
 public:
  bool reachable = true;
  bool token_is_good = true;
  /// So many writes are believed and not kept; after a few of them in one call the real adapters give up.
  unsigned lost_writes = 0;
  /// Set: every write is answered with this, and nothing is kept.
  std::optional<Error> refusal;
  unsigned writes = 0;  ///< kept ones

  /// A network that is as wanted.
  void add_network(const service::WantedNetwork& network) {
    networks_.insert_or_assign(network.id, Network{network, {}});
  }

  /// Changes a network behind the provider's back.
  void spoil_network(const domain::ZtNetworkId& id) { networks_.at(id).wanted.name += " (spoilt)"; }

  /// The node asks for its configuration, as an online one does all the time.
  void node_asks(const domain::ZtNetworkId& id, const domain::NodeId& node) {
    auto& members = networks_.at(id).members;
    members.try_emplace(node, service::FabricMember{node, false, {}, true}).first->second.seen = true;
  }

  [[nodiscard]] service::Readiness readiness(const std::vector<service::WantedNetwork>& required) override {
    service::Readiness result;
    const auto add = [&result](const char* name, bool ok, const std::string& message) {
      const bool reached = result.checks.empty() || result.ready();
      result.checks.push_back({name, reached && ok, reached ? message : "not checked",
                               reached && ok ? "" : "Do what a person would do about it."});
    };
    add("reachable", reachable, "whether anybody answers");
    add("token", token_is_good, "whether the token is accepted");
    add("database", true, "always ready");
    add("address_matches_network", true, "this fake owns every network");
    const auto as_wanted = [this](const service::WantedNetwork& wanted) {
      const auto found = networks_.find(wanted.id);
      return found != networks_.end() && is_same(found->second.wanted, wanted);
    };
    add("network_configuration", std::all_of(required.begin(), required.end(), as_wanted), "whether it is as wanted");
    return result;
  }

  Status ensure_network(const service::WantedNetwork& wanted, bool create,
                        const service::MayWrite& may_write) override {
    ZTIX_CHECK(answer());
    const auto found = networks_.find(wanted.id);
    if (found == networks_.end() && !create) return unknown();
    if (found != networks_.end() && is_same(found->second.wanted, wanted)) return {};
    ZTIX_CHECK(write(may_write));
    networks_[wanted.id].wanted = wanted;
    return {};
  }

  Result<service::FabricMember> authorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                          const std::vector<IpAddress>& addresses,
                                          const service::MayWrite& may_write) override {
    if (addresses.empty()) return fail(ErrorCode::invalid_argument, "A member is authorized only with addresses.");
    return store(network, node, true, addresses, may_write);
  }

  Status deauthorize(const domain::ZtNetworkId& network, const domain::NodeId& node,
                     const service::MayWrite& may_write) override {
    ZTIX_CHECK(answer());
    const auto found = networks_.find(network);
    if (found == networks_.end()) return unknown();
    if (!found->second.members.contains(node)) return {};
    if (auto stored = store(network, node, false, {}, may_write); !stored) return stored.error();
    return {};
  }

  Result<std::vector<service::FabricMember>> list_members(const domain::ZtNetworkId& network) override {
    ZTIX_CHECK(answer());
    const auto found = networks_.find(network);
    if (found == networks_.end()) return unknown();
    std::vector<service::FabricMember> members;
    for (const auto& [node, member] : found->second.members) members.push_back(member);
    return members;
  }

 private:
  struct Network {
    service::WantedNetwork wanted;
    std::map<domain::NodeId, service::FabricMember> members;
  };

  static bool is_same(const service::WantedNetwork& a, const service::WantedNetwork& b) {
    return a.id == b.id && a.name == b.name && a.lan_prefixes == b.lan_prefixes;
  }
  static Error unknown() { return fail(ErrorCode::not_found, "No such network."); }

  [[nodiscard]] Status answer() const {
    if (!reachable) return fail(ErrorCode::unavailable, "Nobody answers.");
    if (!token_is_good) return fail(ErrorCode::unauthenticated, "The token is refused. Set another one.");
    return {};
  }

  Status write(const service::MayWrite& may_write) {
    if (!may_write) throw std::logic_error("FakeFabricProvider: a write without anybody to ask");
    constexpr unsigned kAttempts = 4;
    for (unsigned attempt = 0; attempt < kAttempts; ++attempt) {
      if (!may_write()) return fail(ErrorCode::unavailable, "Another worker has taken over.");
      if (refusal) return *refusal;
      if (lost_writes == 0) {
        ++writes;
        return {};
      }
      --lost_writes;
    }
    return fail(ErrorCode::conflict, "The controller does not keep what was written.");
  }

  Result<service::FabricMember> store(const domain::ZtNetworkId& id, const domain::NodeId& node, bool authorized,
                                      const std::vector<IpAddress>& addresses, const service::MayWrite& may_write) {
    ZTIX_CHECK(answer());
    const auto network = networks_.find(id);
    if (network == networks_.end()) return unknown();
    const auto found = network->second.members.find(node);
    const bool known = found != network->second.members.end();
    if (known && found->second.authorized == authorized && found->second.addresses == addresses) return found->second;
    const bool seen = known && found->second.seen;
    ZTIX_CHECK(write(may_write));
    const service::FabricMember member{node, authorized, addresses, seen};
    network->second.members.insert_or_assign(node, member);
    return member;
  }

  // std::map::operator[] of an unknown network needs a default, and ids have none.
  struct Networks : std::map<domain::ZtNetworkId, Network> {
    Network& operator[](const domain::ZtNetworkId& id) {
      return try_emplace(id, Network{service::WantedNetwork{id, {}, {}}, {}}).first->second;
    }
  };
  Networks networks_;
};

}  // namespace ztix::test
