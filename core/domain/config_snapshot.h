#pragma once

/// @file core/domain/config_snapshot.h
/// Everything that one route server's configuration at one revision is made of. Rendering is a pure function of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/asn.h"
#include "core/domain/policy.h"
#include "core/domain/prefix_limit.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/net/prefix.h"

namespace ztix::domain {

/// One sequence for the whole exchange; 0 is "nothing yet".
using Revision = std::int64_t;

/// An RPKI-to-Router cache (RFC 8210).
struct RtrCache {
  IpAddress address;
  std::uint16_t port = 323;
  friend bool operator==(const RtrCache&, const RtrCache&) = default;
};

/// One L2 domain, as far as it is rendered. `number` is the `n<number>` of protocol names and never changes.
struct NetworkConfig {
  int number = 0;
  ZtNetworkId zt_network_id;
  std::optional<Prefix> lan_v4;
  Prefix lan_v6;
  friend bool operator==(const NetworkConfig&, const NetworkConfig&) = default;
};

/// A route server's place on one network.
struct AttachmentConfig {
  int network_number = 0;
  Asn local_asn;
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
  friend bool operator==(const AttachmentConfig&, const AttachmentConfig&) = default;
};

struct RouteServerConfig {
  std::int64_t id = 0;
  std::string name;
  IpAddress router_id;
  RouteServerState state = RouteServerState::joining;
  /// As probed, e.g. "2.0.12"; empty before the first probe.
  std::string bird_version;
  std::vector<RtrCache> rtr_caches;
  std::vector<AttachmentConfig> attachments;
  friend bool operator==(const RouteServerConfig&, const RouteServerConfig&) = default;
};

/// One version of one membership. Two BGP sessions per route server: IPv4 routes over IPv4, IPv6 over IPv6.
struct MembershipConfig {
  std::int64_t id = 0;
  int version = 0;
  int network_number = 0;
  Asn asn;
  int router_sequence = 1;
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
  /// Route server yes/no per family; an IPv4 session needs an IPv4 address too.
  bool session_v4 = true;
  bool session_v6 = true;
  /// TCP MD5 key (RFC 2385) or empty; `[A-Za-z0-9]{8,80}` only, since BIRD strings know no escapes.
  std::string md5_key;
  /// GTSM (RFC 5082).
  bool ttl_security = false;
  PrefixLimit limit_v4 = PrefixLimit::standard(AddressFamily::ipv4);
  PrefixLimit limit_v6 = PrefixLimit::standard(AddressFamily::ipv6);
  /// The only prefixes accepted from this member, exactly as listed; nullopt = no such list, empty = accept nothing.
  std::optional<std::vector<Prefix>> prefix_set;
  /// All its sessions are down everywhere. No part of the version: a version says what the member's object is, and a
  /// suspension lies over whichever version is rendered, also over the older one of a held membership.
  bool suspended = false;
  /// Held at this version: rendered at the last confirmed version instead, or left out (architecture: one bad member
  /// never blocks the others).
  friend bool operator==(const MembershipConfig&, const MembershipConfig&) = default;
};

/// What is not `enabled` is rendered `disabled yes`: BIRD re-enables by itself what is only switched off by command.
struct SessionAdminConfig {
  std::int64_t membership_id = 0;
  AddressFamily family = AddressFamily::ipv4;
  AdminState state = AdminState::enabled;
  friend bool operator==(const SessionAdminConfig&, const SessionAdminConfig&) = default;
};

/// One route server at one revision. Vectors are sorted by their ids, so equal manifests give equal bytes.
struct ConfigSnapshot {
  Revision revision = 0;
  RouteServerConfig route_server;
  PolicyDefinition policy;
  std::vector<NetworkConfig> networks;
  /// Only memberships that are present and on a network this route server is attached to.
  std::vector<MembershipConfig> memberships;
  /// Only of this route server, only states other than `enabled`.
  std::vector<SessionAdminConfig> session_admin_states;
};

/// True when this membership has a session of this family with a route server attached like that: both sides need an
/// address, and the member must want it.
[[nodiscard]] bool has_session(const MembershipConfig& membership, const AttachmentConfig& attachment,
                               AddressFamily family) noexcept;

/// `as<asn>_<seq>_n<network>_v4|v6`: permanent, since renaming a protocol restarts its session.
[[nodiscard]] std::string protocol_name(Asn asn, int router_sequence, int network_number, AddressFamily family);

}  // namespace ztix::domain
