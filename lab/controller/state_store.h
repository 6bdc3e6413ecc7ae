#pragma once

/// @file lab/controller/state_store.h
/// Networks and members: in memory, and one file each below controller.d so that they survive a restart.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

namespace ztix::lab::controller {

using NetworkId = std::uint64_t;
using NodeId = std::uint64_t;

/// Called after a stored change of a member; nullptr means "the record is gone".
using MemberListener = std::function<void(NetworkId, NodeId, const nlohmann::json*)>;

/// Not thread safe: Api serialises. The lost updates of the real controller are therefore not imitated.
class StateStore {
 public:
  /// Reads `folder` (…/controller.d). Files that do not parse are skipped in silence, as observed.
  explicit StateStore(std::filesystem::path folder);

  void on_member_change(MemberListener listener) { listener_ = std::move(listener); }
  /// Calls the listener once for every record, as at a start.
  void announce_all() const;

  [[nodiscard]] std::vector<NetworkId> network_ids() const;
  [[nodiscard]] std::optional<nlohmann::json> network(NetworkId id) const;
  [[nodiscard]] std::optional<nlohmann::json> member(NetworkId network, NodeId node) const;
  [[nodiscard]] std::vector<nlohmann::json> members(NetworkId network) const;

  /// Stores `record` with the next revision if it differs from what is there; else keeps the revision.
  /// A record for id 0 is left alone: the real one answers 200 and stores nothing.
  /// @param lose true: the revision is raised, but nothing is stored.
  void save_network(NetworkId id, nlohmann::json& record, bool lose);
  void save_member(NetworkId network, NodeId node, nlohmann::json& record, bool lose);

  void erase_network(NetworkId id);
  void erase_member(NetworkId network, NodeId node);

 private:
  struct Network {
    nlohmann::json record;
    std::map<NodeId, nlohmann::json> members;
  };

  void load_network(const std::filesystem::path& path);
  [[nodiscard]] std::filesystem::path network_path(NetworkId id) const;
  [[nodiscard]] std::filesystem::path member_folder(NetworkId id) const;

  std::filesystem::path folder_;
  std::map<NetworkId, Network> networks_;
  MemberListener listener_;
};

/// Sixteen (network) or ten (node) lower-case digits.
[[nodiscard]] std::string network_text(NetworkId id);
[[nodiscard]] std::string node_text(NodeId id);

}  // namespace ztix::lab::controller
