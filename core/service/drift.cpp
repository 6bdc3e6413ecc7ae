#include "core/service/drift.h"

#include <algorithm>

#include "core/service/session_limits.h"
#include "core/service/wanted_sessions.h"

namespace ztix::service {
namespace {

using domain::AdminState;
using domain::DriftKind;

std::string config_text(domain::Revision revision, const std::string& digest) {
  if (digest.empty()) return "a configuration that is not one of ours";
  return "revision " + std::to_string(revision) + ", digest " + digest.substr(0, 16);
}

std::string two_lines(const std::string& wanted, const std::string& there) { return "- " + wanted + "\n+ " + there; }

void compare_configuration(const ConfirmedHost& wanted, const HostProbe& probe, std::vector<Difference>& found) {
  const auto confirmed = config_text(wanted.root.revision, wanted.root.config_digest);
  if (probe.armed) {
    found.push_back(
        {DriftKind::armed_by_hand, "",
         two_lines("nothing armed", "armed: " + config_text(probe.running_revision, probe.running_digest))});
  } else if (probe.running_digest != wanted.root.config_digest) {
    found.push_back(
        {DriftKind::running_differs, "",
         two_lines("running: " + confirmed, "running: " + config_text(probe.running_revision, probe.running_digest))});
  }
  if (probe.boot_root.empty() || probe.boot_digest != wanted.root.config_digest) {
    const auto boot = probe.boot_root.empty() ? std::string() : probe.boot_digest;
    found.push_back({DriftKind::boot_differs, "boot.conf",
                     two_lines("boot file: " + confirmed, "boot file: " + config_text(probe.boot_revision, boot))});
  }
  for (const auto& digest : probe.damaged) {
    found.push_back({DriftKind::files_damaged, digest,
                     two_lines("file with digest " + digest.substr(0, 16), "edited or deleted by hand")});
  }
}

void compare_sessions(const ConfirmedHost& wanted, const HostProbe& probe, std::vector<Difference>& found) {
  const auto sessions = wanted_sessions(wanted.snapshot);
  const auto& kept = probe.kept_down;
  for (const auto& protocol : probe.protocols) {
    const auto session = sessions.find(protocol.name);
    if (session == sessions.end()) continue;
    const bool is_down = protocol.state == "down";
    const bool shall_be_up = session->second.state == AdminState::enabled;
    if (shall_be_up && is_down && !is_closed_by_limit(protocol) &&
        std::find(kept.begin(), kept.end(), protocol.name) == kept.end()) {
      found.push_back({DriftKind::session_disabled, protocol.name, two_lines("enabled", "disabled by hand")});
    }
    if (!shall_be_up && !is_down) {
      found.push_back({DriftKind::session_enabled, protocol.name,
                       two_lines("disabled: " + std::string(to_string(session->second.state)), "enabled by hand")});
    }
  }
}

std::string address_text(std::vector<IpAddress> addresses) {
  std::vector<std::string> texts;
  for (const auto& address : addresses) texts.push_back(address.text());
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all.empty() ? "none" : all;
}

bool same_addresses(const std::vector<IpAddress>& a, const std::vector<IpAddress>& b) {
  return address_text(a) == address_text(b);
}

std::string member_text(const ExpectedMember& member) {
  return "AS" + member.asn.text() + " router " + std::to_string(member.router_sequence);
}

std::vector<IpAddress> common(const std::vector<IpAddress>& a, const std::vector<IpAddress>& b) {
  std::vector<IpAddress> both;
  for (const auto& address : a) {
    if (std::find(b.begin(), b.end(), address) != b.end()) both.push_back(address);
  }
  return both;
}

using Repair = FabricDifference::Repair;

/// Addresses it must not have are taken away; those it lacks are not given.
FabricDifference wrong_addresses(const ExpectedMember& wanted, const FabricMember& there) {
  const auto kept = common(there.addresses, wanted.addresses);
  auto repair = Repair::none;
  if (kept.size() != there.addresses.size()) repair = kept.empty() ? Repair::deauthorize : Repair::narrow_addresses;
  return {{DriftKind::member_addresses, wanted.node_id.text(),
           two_lines(member_text(wanted) + ": " + address_text(wanted.addresses), address_text(there.addresses))},
          repair,
          wanted.node_id,
          kept};
}

std::optional<FabricDifference> compare_member(const ExpectedMember& wanted, const FabricMember* there) {
  const bool is_authorized = there != nullptr && there->authorized;
  if (wanted.is_authorized && !is_authorized) {
    return FabricDifference{{DriftKind::member_deauthorized, wanted.node_id.text(),
                             two_lines(member_text(wanted) + ": authorised with " + address_text(wanted.addresses),
                                       there == nullptr ? "unknown to the controller" : "not authorised")},
                            Repair::none,
                            wanted.node_id,
                            {}};
  }
  if (!wanted.is_authorized && is_authorized) {
    return FabricDifference{
        {DriftKind::member_authorized, wanted.node_id.text(),
         two_lines(member_text(wanted) + ": not authorised", "authorised with " + address_text(there->addresses))},
        Repair::deauthorize,
        wanted.node_id,
        {}};
  }
  if (wanted.is_authorized && !same_addresses(wanted.addresses, there->addresses)) {
    return wrong_addresses(wanted, *there);
  }
  return std::nullopt;
}

std::optional<FabricDifference> compare_infrastructure(const InfrastructureNode& node, const FabricMember* there) {
  std::vector<IpAddress> addresses{node.ipv6};
  if (node.ipv4) addresses.push_back(*node.ipv4);
  const bool is_good = there != nullptr && there->authorized && same_addresses(addresses, there->addresses);
  if (is_good) return std::nullopt;
  const auto found = there == nullptr ? std::string("unknown to the controller")
                                      : std::string(there->authorized ? "authorised with " : "not authorised, ") +
                                            address_text(there->addresses);
  return FabricDifference{{DriftKind::infrastructure_node, node.node_id.text(),
                           two_lines(node.name + ": authorised with " + address_text(addresses), found)},
                          Repair::none,
                          node.node_id,
                          {}};
}

/// A node nobody has approved. With an address of the LAN it can speak to members, so it is put out; without one the
/// fabric lets nothing of it through, and it may be an administrator's own business.
FabricDifference stray(const Network& network, const FabricMember& member) {
  const bool is_on_lan = std::any_of(member.addresses.begin(), member.addresses.end(), [&](const auto& address) {
    return network.lan_v6.contains(address) || (network.lan_v4 && network.lan_v4->contains(address));
  });
  return {{DriftKind::stray_node, member.node_id.text(),
           two_lines("not a member", "authorised with " + address_text(member.addresses))},
          is_on_lan ? Repair::deauthorize : Repair::none,
          member.node_id,
          {}};
}

}  // namespace

std::vector<Difference> host_differences(const ConfirmedHost& wanted, const HostProbe& probe) {
  std::vector<Difference> found;
  if (!probe.bird_up) {
    found.push_back({DriftKind::bird_down, "", two_lines("BIRD runs", "BIRD does not answer")});
  } else {
    compare_configuration(wanted, probe, found);
    if (probe.running_digest == wanted.root.config_digest) compare_sessions(wanted, probe, found);
  }
  if (probe.drop_in == "missing") {
    found.push_back({DriftKind::drop_in_missing, "bird.service",
                     two_lines("bird.service.d/ztix.conf", "BIRD keeps rights that it does not need")});
  }
  return found;
}

std::vector<std::string> sessions_to_switch_off(const std::vector<Difference>& found) {
  std::vector<std::string> names;
  for (const auto& difference : found) {
    if (difference.kind == DriftKind::session_enabled) names.push_back(difference.subject);
  }
  return names;
}

bool is_repaired_by_files(const ConfirmedHost& wanted, const HostProbe& probe, const Difference& found) {
  const bool runs_well = probe.bird_up && !probe.armed && probe.running_digest == wanted.root.config_digest;
  return runs_well && (found.kind == DriftKind::boot_differs || found.kind == DriftKind::files_damaged);
}

std::vector<FabricDifference> fabric_differences(const ExpectedFabric& expected,
                                                 const std::vector<FabricMember>& found) {
  std::vector<domain::NodeId> known = expected.in_change;
  const auto there = [&](const domain::NodeId& node) -> const FabricMember* {
    const auto member =
        std::find_if(found.begin(), found.end(), [&](const auto& each) { return each.node_id == node; });
    return member == found.end() ? nullptr : &*member;
  };
  std::vector<FabricDifference> differences;
  const auto add = [&](std::optional<FabricDifference> difference) {
    if (difference) differences.push_back(*std::move(difference));
  };
  for (const auto& node : expected.infrastructure) {
    known.push_back(node.node_id);
    add(compare_infrastructure(node, there(node.node_id)));
  }
  for (const auto& member : expected.members) {
    known.push_back(member.node_id);
    add(compare_member(member, there(member.node_id)));
  }
  for (const auto& member : found) {
    const bool is_known = std::find(known.begin(), known.end(), member.node_id) != known.end();
    if (member.authorized && !is_known) add(stray(expected.network, member));
  }
  return differences;
}

}  // namespace ztix::service
