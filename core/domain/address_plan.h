#pragma once

/// @file core/domain/address_plan.h
/// Which addresses a membership gets. They belong to (network, ASN, router sequence), not to a node.

#include <cstdint>

#include "core/base/result.h"
#include "core/domain/asn.h"
#include "core/net/prefix.h"

namespace ztix::domain {

inline constexpr int kFirstRouterSequence = 1;
inline constexpr int kLastRouterSequence = 9999;

/// The IPv6 address: interface id `a5DD:DDDD:DDDD:SSSS` with the ASN as ten decimal digits and the router sequence as
/// four, so that a person reads both off the address. Never given to anyone else.
/// @param lan  the network's /64.
/// @return invalid_argument when `lan` is not an IPv6 /64; out_of_range for a sequence outside 1–9999.
[[nodiscard]] Result<IpAddress> member_ipv6(const Prefix& lan, Asn asn, int router_sequence);

}  // namespace ztix::domain
