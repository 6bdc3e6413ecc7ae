#pragma once

/// @file core/domain/policy.h
/// The import policy's numbers. Text and order of the rules are in templates/bird; what can differ is here.

#include <cstdint>
#include <string>
#include <vector>

#include "core/net/prefix.h"

namespace ztix::domain {

/// An inclusive range of AS numbers.
struct AsnRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  friend bool operator==(const AsnRange&, const AsnRange&) = default;
};

/// Accepted prefix lengths of one family, inclusive.
struct LengthBounds {
  unsigned min = 0;
  unsigned max = 0;
  friend bool operator==(const LengthBounds&, const LengthBounds&) = default;
};

/// One version of the exchange's import policy; shared by all networks.
struct PolicyDefinition {
  unsigned max_path_length = 32;
  LengthBounds ipv4_lengths{8, 24};
  LengthBounds ipv6_lengths{12, 48};
  /// Pause before a route server itself tries to connect, in seconds, so that a starting one hears its RTR caches
  /// first. It does not hold back a member that connects: BIRD accepts that at once (docs/policy.md).
  unsigned connect_delay_seconds = 30;
  /// BGP hold time offered to members, in seconds (RFC 4271 §4.2); BIRD's default of 240 keeps dead routes too long.
  unsigned hold_time_seconds = 90;
  /// ASNs that never reach the exchange through a peer unless the peer is one of them.
  std::vector<std::uint32_t> transit_free_asns;
  /// Private, reserved and documentation AS numbers, refused anywhere in a path (RFC 7607, 5398, 6996, 7300, 6793).
  std::vector<AsnRange> bogon_asns;
  /// Prefixes (with more specifics) that have no place in the default-free zone: what IANA's special-purpose registries
  /// mark as not globally reachable (RFC 6890), multicast, 6to4 relays (RFC 7526) and what 6bone returned (RFC 3701).
  std::vector<Prefix> bogon_prefixes;

  /// What ZTIX ships.
  [[nodiscard]] static PolicyDefinition standard();
  friend bool operator==(const PolicyDefinition&, const PolicyDefinition&) = default;
};

/// Why a route was refused: the last part of the large community `RS:1101:reason` on a kept filtered route.
/// 1–15 are Euro-IX numbers ("Large BGP Communities", v1.1); from 50 the range Euro-IX leaves to the exchange.
enum class RejectReason : std::uint16_t {
  prefix_too_long = 1,
  prefix_too_short = 2,
  bogon_prefix = 3,
  bogon_asn = 4,
  path_too_long = 5,
  path_empty = 6,
  first_as_not_peer = 7,
  next_hop_not_peer = 8,
  prefix_not_in_set = 9,
  rpki_invalid = 13,
  transit_free_asn = 14,
  own_lan = 50,
  outside_global_unicast = 51,
};

}  // namespace ztix::domain
