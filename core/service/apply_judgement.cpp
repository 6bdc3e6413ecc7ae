#include "core/service/apply_judgement.h"

#include <map>

namespace ztix::service {
namespace {

using Protocols = std::map<std::string, const ProtocolStatus*>;

Protocols by_name(const HostProbe& probe) {
  Protocols protocols;
  for (const auto& protocol : probe.protocols) protocols.emplace(protocol.name, &protocol);
  return protocols;
}

/// Session name → digest of the object that holds it.
std::map<std::string, std::string> digests_by_session(const AppliedConfig& config) {
  std::map<std::int64_t, std::string> digests;
  for (const auto& object : config.rendered.objects) digests.emplace(object->membership_id, object->digest);
  std::map<std::string, std::string> sessions;
  for (const auto& membership : config.snapshot.memberships) {
    for (auto& name : session_names(config.snapshot, membership))
      sessions.emplace(std::move(name), digests[membership.id]);
  }
  return sessions;
}

std::optional<std::string> lost_session(const ApplyExpectation& expected, const Protocols& before,
                                        const Protocols& after) {
  for (const auto& name : expected.untouched) {
    const auto was = before.find(name);
    if (was == before.end() || !was->second->is_established()) continue;
    const auto is = after.find(name);
    if (is == after.end()) return "Session " + name + " has disappeared, although the change does not name it.";
    if (!is->second->is_established()) {
      return "Session " + name + " was Established and is now " + is->second->info +
             ", although the change does not name it.";
    }
  }
  return std::nullopt;
}

std::optional<std::string> lost_roas(const HostProbe& before, const HostProbe& after) {
  for (const auto& [table, count] : before.roa_counts) {
    const auto now = after.roa_counts.find(table);
    const auto left = now == after.roa_counts.end() ? 0 : now->second;
    if (static_cast<double>(left) < static_cast<double>(count) * kLeastRoaShare) {
      return "ROA table " + table + " fell from " + std::to_string(count) + " to " + std::to_string(left) + " entries.";
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> session_names(const domain::ConfigSnapshot& snapshot,
                                       const domain::MembershipConfig& membership) {
  std::vector<std::string> names;
  for (const auto& attachment : snapshot.route_server.attachments) {
    if (attachment.network_number != membership.network_number) continue;
    for (const auto family : kAddressFamilies) {
      if (!domain::has_session(membership, attachment, family)) continue;
      names.push_back(
          domain::protocol_name(membership.asn, membership.router_sequence, membership.network_number, family));
    }
  }
  return names;
}

std::string member_name(const domain::MembershipConfig& membership) {
  return "AS" + membership.asn.text() + ", router " + std::to_string(membership.router_sequence);
}

ApplyExpectation expectation(const std::optional<AppliedConfig>& before, const AppliedConfig& after) {
  ApplyExpectation expected;
  const auto old_sessions = before ? digests_by_session(*before) : std::map<std::string, std::string>();
  for (const auto& [name, digest] : digests_by_session(after)) {
    expected.present.insert(name);
    const auto old = old_sessions.find(name);
    if (old != old_sessions.end() && old->second == digest) expected.untouched.insert(name);
  }
  for (const auto& [name, digest] : old_sessions) {
    if (!expected.present.contains(name)) expected.gone.insert(name);
  }
  return expected;
}

std::optional<std::string> harm_done(const ApplyExpectation& expected, const HostProbe& before,
                                     const HostProbe& after) {
  const auto old_protocols = by_name(before);
  const auto protocols = by_name(after);
  for (const auto& name : expected.present) {
    if (!protocols.contains(name)) return "Session " + name + " is missing from the running configuration.";
  }
  for (const auto& name : expected.gone) {
    if (protocols.contains(name)) return "Session " + name + " is still there, although it was removed.";
  }
  if (auto lost = lost_session(expected, old_protocols, protocols)) return lost;
  return lost_roas(before, after);
}

}  // namespace ztix::service
