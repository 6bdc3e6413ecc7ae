#pragma once

/// @file tests/integration/policy/exchange.h
/// A route server as ZTIX configures it, three members that announce what a test wants, and an RTR cache.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/domain/config_snapshot.h"
#include "tests/support/bird_net.h"
#include "tests/support/crafting_member.h"

namespace ztix::test {

inline constexpr std::uint32_t kFirstMember = 1000001;

/// `(1000000, 1101, reason)`.
[[nodiscard]] std::string reason_tag(domain::RejectReason reason);
/// The route's large communities of the exchange with this function number; reject reasons are 1101.
[[nodiscard]] std::set<std::string> tags(const SeenRoute& route, const std::string& function);

/// Member 1 is AS1000001, plain. Member 2 is AS1000002 with MD5 and TTL security. Member 3 is AS174, itself one of the
/// transit-free, with a prefix list and room for three IPv6 prefixes. A second network, which rs1 does not serve, has
/// the global LANs 44.129.0.0/24 and 2a10:79::/64.
class Exchange {
 public:
  Exchange();

  /// Renders the snapshot for rs1 and has its BIRD take it.
  void apply();
  void announce(int number, std::vector<Crafted> routes);
  [[nodiscard]] bool both_established(int number);

  /// Both families of what rs1 holds (`""`) or refused (`"filtered "`), and of what a member was given.
  [[nodiscard]] SeenRoutes at_route_server(const std::string& kind = "");
  [[nodiscard]] SeenRoutes at_member(int number);

  BirdNode& rs() { return net_.node("rs1"); }
  BirdNode& member(int number) { return net_.node("m" + std::to_string(number)); }
  BirdNet& net() { return net_; }
  domain::ConfigSnapshot& snapshot() { return snapshot_; }

 private:
  domain::ConfigSnapshot snapshot_;
  BirdNet net_;
};

}  // namespace ztix::test
