#pragma once

/// @file tests/support/crafting_member.h
/// A member's BIRD that announces exactly what it is told, right or wrong.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::test {

/// One announcement.
struct Crafted {
  std::string prefix;
  /// The whole AS path, first AS first; `{}` gives the member's own number.
  std::vector<std::uint32_t> path;
  /// Further filter statements, e.g. `bgp_next_hop = 10.77.0.200;`.
  std::string also;
};

struct CraftingMember {
  std::uint32_t asn;
  std::uint32_t route_server_asn = 1000000;
  std::string address_v4;
  std::string address_v6;
  std::string route_server_v4 = "10.77.0.1";
  std::string route_server_v6 = "2001:db8:77::1";
  /// For both protocols, e.g. `password "…";`.
  std::string options;
  std::vector<Crafted> announces;
};

/// The member's configuration; protocols `rs_v4` and `rs_v6`.
/// It is written as a route server client is (`rs client`), so that BIRD adds nothing to the crafted path.
[[nodiscard]] std::string crafting_config(const CraftingMember& member);

}  // namespace ztix::test
