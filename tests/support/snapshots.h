#pragma once

/// @file tests/support/snapshots.h
/// Snapshots for tests and benchmarks of rendering: the lab's numbers, built in a line or two.

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/domain/config_snapshot.h"

namespace ztix::test {

[[nodiscard]] IpAddress ip(std::string_view text);
[[nodiscard]] Prefix prefix(std::string_view text);
[[nodiscard]] domain::Asn asn(std::uint32_t number);

/// Network 1 on 10.77.0.0/24 and 2001:db8:77::/64, route server rs1 with AS1000000 and .1 / ::1, one RTR cache at
/// 10.77.0.250 port 8282, the standard policy, no membership; revision 1.
[[nodiscard]] domain::ConfigSnapshot empty_snapshot();

/// A second network on 10.78.0.0/24 and 2001:db8:78::/64 with the same route server.
void add_second_network(domain::ConfigSnapshot& snapshot);

/// A membership of the network with that number, with both families; id and host numbers follow from how many there
/// are already: the first one is 10.77.0.10.
domain::MembershipConfig& add_member(domain::ConfigSnapshot& snapshot, std::uint32_t number, int network_number = 1);

}  // namespace ztix::test
