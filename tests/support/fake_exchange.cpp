#include "tests/support/fake_exchange.h"

#include <algorithm>

namespace ztix::test {

FakeExchange::KeyName name_of(const service::IdempotencyKey& key) {
  return {key.user_id.text(), key.method, key.route, key.key};
}

Uuid FakeExchange::next_uuid() {
  std::string bytes(16, '\0');
  ++uuids;
  for (std::size_t i = 0; i < 4; ++i) bytes[12 + i] = static_cast<char>((uuids >> (24 - 8 * i)) & 0xFFU);
  return Uuid::from_random(bytes);
}

void FakeExchange::audit(const service::Actor& actor, const std::string& action, const std::string& subject_kind,
                         const std::string& subject_id, std::map<std::string, std::string> facts) {
  if (actor.token_id) facts["token"] = actor.token_id->text();
  audit_log.push_back({static_cast<std::int64_t>(audit_log.size()) + 1, now, actor, action, subject_kind, subject_id,
                       std::move(facts)});
}

service::User FakeExchange::shown(service::User user) const {
  constexpr std::chrono::hours kProofAge{30 * 24};
  for (auto& link : user.asns) {
    const auto proof = proofs.find({user.username, link.asn});
    const bool is_old = link.source == "peeringdb" && proof != proofs.end() && now - proof->second >= kProofAge;
    if (is_old && link.rights == service::AsnRights::full) link.rights = service::AsnRights::proof_too_old;
  }
  return user;
}

const service::Network* FakeExchange::find_network(const domain::ZtNetworkId& id) const {
  const auto found =
      std::find_if(networks.begin(), networks.end(), [&](const auto& n) { return n.zt_network_id == id; });
  return found == networks.end() ? nullptr : &*found;
}

bool FakeExchange::is_member_node(int network_number, const domain::NodeId& node) const {
  return std::any_of(memberships.begin(), memberships.end(), [&](const auto& m) {
    return !m.ended && m.network_number == network_number && (m.node_id == node || m.previous_node_id == node);
  });
}

bool FakeExchange::is_infrastructure_node(int network_number, const domain::NodeId& node) const {
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](const auto& n) { return n.network_number == network_number && n.node_id == node; });
}

bool FakeExchange::is_node_taken(int network_number, const domain::NodeId& node) const {
  const bool controller = std::any_of(networks.begin(), networks.end(), [&](const auto& n) {
    return n.number == network_number && n.zt_network_id.controller_address() == node.text();
  });
  return controller || is_member_node(network_number, node) || is_infrastructure_node(network_number, node);
}

FakeMembership* FakeExchange::find_membership(const std::optional<std::int64_t>& id) {
  const auto found = std::find_if(memberships.begin(), memberships.end(), [&](const auto& m) { return m.id == id; });
  return found == memberships.end() ? nullptr : &*found;
}

bool FakeExchange::was_approved_by_policy(const Uuid& request) const {
  return std::any_of(audit_log.begin(), audit_log.end(), [&](const auto& entry) {
    return entry.action == "request.approved" && entry.subject_id == request.text() &&
           entry.actor.kind == service::ActorKind::policy;
  });
}

bool FakeExchange::was_removed(int network_number, const domain::NodeId& node) const {
  return std::any_of(memberships.begin(), memberships.end(), [&](const auto& m) {
    return (m.ended || m.departure) && m.network_number == network_number && m.node_id == node;
  });
}

bool FakeExchange::is_owed(std::int64_t membership_id) const {
  return std::any_of(requests.begin(), requests.end(),
                     [&](const auto& r) { return r.membership_id == membership_id && !r.owed.empty(); });
}

bool FakeExchange::holds_key(const service::Command& command) const {
  if (!command.idempotency) return true;
  const auto key = keys.find(name_of(*command.idempotency));
  return key != keys.end() && !key->second.outcome;
}

void FakeExchange::complete_key(const service::Command& command, int status, const std::string& resource_id) {
  if (!command.idempotency) return;
  keys.at(name_of(*command.idempotency)).outcome = service::IdempotentOutcome{status, resource_id, ""};
}

}  // namespace ztix::test
