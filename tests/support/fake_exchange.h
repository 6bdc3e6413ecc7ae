#pragma once

/// @file tests/support/fake_exchange.h
/// An exchange in memory: what the fake stores share, as the real ones share a database.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/service/ports/account_store.h"
#include "core/service/ports/admin_task_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/idempotency_store.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/lifecycle_store.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/request_store.h"

namespace ztix::test {

struct FakeMembership {
  std::int64_t id = 0;
  int network_number = 0;
  domain::Asn asn;
  int router_sequence = 1;
  std::optional<domain::NodeId> node_id;
  std::optional<domain::NodeId> previous_node_id;
  bool ended = false;
  std::optional<service::Departure> departure = {};
  domain::Revision removed_in = 0;
  std::optional<Timestamp> withdrawn_at = {};
  std::optional<Timestamp> cut_off_at = {};
  int rereads = 0;
  /// When its IPv4 address has cooled off.
  std::optional<Timestamp> free_at = {};
};

struct FakeIdentity {
  std::string username;
  std::string email;
};

struct FakeKey {
  std::string body_sha256;
  std::optional<service::IdempotentOutcome> outcome;
  Timestamp taken_at{};
};

/// A fake locks `mutex` for each call; the functions expect it locked.
struct FakeExchange {
  using KeyName = std::tuple<std::string, std::string, std::string, std::string>;

  [[nodiscard]] Uuid next_uuid();
  void audit(const service::Actor& actor, const std::string& action, const std::string& subject_kind,
             const std::string& subject_id, std::map<std::string, std::string> facts = {});
  /// As the database shows it now: a proof that is too old counts as such.
  [[nodiscard]] service::User shown(service::User user) const;
  [[nodiscard]] const service::Network* find_network(const domain::ZtNetworkId& id) const;
  [[nodiscard]] bool is_member_node(int network_number, const domain::NodeId& node) const;
  [[nodiscard]] bool is_infrastructure_node(int network_number, const domain::NodeId& node) const;
  /// Member, infrastructure or controller.
  [[nodiscard]] bool is_node_taken(int network_number, const domain::NodeId& node) const;
  [[nodiscard]] FakeMembership* find_membership(const std::optional<std::int64_t>& id);
  [[nodiscard]] bool was_approved_by_policy(const Uuid& request) const;
  /// A member with this node has left or was revoked.
  [[nodiscard]] bool was_removed(int network_number, const domain::NodeId& node) const;
  /// Some route server may still hold it.
  [[nodiscard]] bool is_owed(std::int64_t membership_id) const;
  /// As store::complete_idempotency: `in_progress` when the key is not held.
  [[nodiscard]] bool holds_key(const service::Command& command) const;
  void complete_key(const service::Command& command, int status, const std::string& resource_id);

  std::mutex mutex;
  Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};
  std::optional<service::Installation> installation;
  std::map<std::string, service::User> users;                              ///< by name
  std::map<std::string, std::string> password_hashes;                      ///< by name
  std::map<std::pair<std::string, std::string>, FakeIdentity> identities;  ///< by issuer and subject
  std::map<std::pair<std::string, domain::Asn>, Timestamp> proofs;         ///< of AS numbers of PeeringDB, by user name
  std::vector<service::AdminTask> admin_tasks;                             ///< oldest first
  std::vector<service::Network> networks;
  std::vector<service::InfrastructureNode> nodes;
  std::vector<service::Request> requests;  ///< oldest first
  std::vector<FakeMembership> memberships;
  std::vector<service::AuditEntry> audit_log;
  std::map<KeyName, FakeKey> keys;
  std::vector<service::NewJob> jobs;  ///< in the order they were enqueued
  std::uint32_t uuids = 0;
};

[[nodiscard]] FakeExchange::KeyName name_of(const service::IdempotencyKey& key);

}  // namespace ztix::test
