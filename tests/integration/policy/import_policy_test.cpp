// The import policy on real BIRDs: for every rule one route that it refuses, with its own reason, and a neighbour that
// shows how narrow it is. Routes come from a member that can announce anything.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/domain/policy.h"
#include "tests/integration/policy/exchange.h"
#include "tests/support/eventually.h"

using namespace ztix;
using namespace ztix::test;
using domain::RejectReason;

namespace {

/// What the policy must say to one crafted route; no reason = accepted.
struct Case {
  Crafted route;
  std::optional<RejectReason> refused = {};
  /// Of an accepted route: 1 valid, 2 unknown.
  int rpki = 2;
};

std::vector<std::uint32_t> repeated(std::size_t times) { return std::vector<std::uint32_t>(times, kFirstMember); }

/// About sender and path.
std::vector<Case> path_cases() {
  using enum RejectReason;
  return {
      // First AS is the peer's.
      {{"44.128.1.0/24", {1000009, kFirstMember}, ""}, first_as_not_peer},
      {{"44.128.2.0/24", {kFirstMember, 1000009}, ""}},
      {{"2a10:77:1::/48", {1000009}, ""}, first_as_not_peer},
      {{"2a10:77:2::/48", {kFirstMember, 1000009}, ""}},
      // The path is not empty.
      {{"44.128.3.0/24", {}, "bgp_path.empty;"}, path_empty},
      {{"44.128.4.0/24", {}, ""}},
      {{"2a10:77:3::/48", {}, "bgp_path.empty;"}, path_empty},
      {{"2a10:77:4::/48", {}, ""}},
      // The next hop is the peer's own address.
      {{"44.128.5.0/24", {}, "bgp_next_hop = 10.77.0.200;"}, next_hop_not_peer},
      {{"44.128.6.0/24", {}, "bgp_next_hop = 10.77.0.10;"}},
      {{"2a10:77:5::/48", {}, "bgp_next_hop = 2001:db8:77::200;"}, next_hop_not_peer},
      {{"2a10:77:6::/48", {}, "bgp_next_hop = 2001:db8:77:0:a500:100:1:1;"}},
      // At most 32 AS numbers.
      {{"44.128.7.0/24", repeated(33), ""}, path_too_long},
      {{"44.128.8.0/24", repeated(32), ""}},
      {{"2a10:77:7::/48", repeated(33), ""}, path_too_long},
      {{"2a10:77:8::/48", repeated(32), ""}},
      // Private, documentation and reserved AS numbers, at both ends of their ranges.
      {{"44.128.9.0/24", {kFirstMember, 23456}, ""}, bogon_asn},
      {{"44.128.10.0/24", {kFirstMember, 64496, 1000009}, ""}, bogon_asn},
      {{"44.128.11.0/24", {kFirstMember, 64495}, ""}},
      {{"44.128.12.0/24", {kFirstMember, 131071}, ""}, bogon_asn},
      {{"44.128.13.0/24", {kFirstMember, 131072}, ""}},
      {{"44.128.14.0/24", {kFirstMember, 4200000000}, ""}, bogon_asn},
      {{"44.128.15.0/24", {kFirstMember, 4199999999}, ""}},
      {{"2a10:77:9::/48", {kFirstMember, 65534}, ""}, bogon_asn},
      {{"2a10:77:a::/48", {kFirstMember, 131072}, ""}},
      // Transit-free networks behind a peer.
      {{"44.128.16.0/24", {kFirstMember, 3356, 1000009}, ""}, transit_free_asn},
      {{"44.128.17.0/24", {kFirstMember, 3355, 1000009}, ""}},
      {{"2a10:77:b::/48", {kFirstMember, 1000009, 174}, ""}, transit_free_asn},
      {{"2a10:77:c::/48", {kFirstMember, 1000009, 175}, ""}},
  };
}

/// About the prefix.
std::vector<Case> prefix_cases() {
  using enum RejectReason;
  return {
      // The exchange's LANs and what is more specific; the first is bogon space, the other is not.
      {{"10.77.0.0/24", {}, ""}, own_lan},
      {{"10.77.0.128/25", {}, ""}, own_lan},
      {{"10.77.1.0/24", {}, ""}, bogon_prefix},
      {{"10.76.0.0/15", {}, ""}, bogon_prefix},
      {{"44.129.0.0/24", {}, ""}, own_lan},
      {{"44.129.1.0/24", {}, ""}},
      {{"44.129.0.0/23", {}, ""}},
      {{"2001:db8:77::/64", {}, ""}, own_lan},
      {{"2001:db8:78::/48", {}, ""}, bogon_prefix},
      {{"2a10:79::/65", {}, ""}, own_lan},
      {{"2a10:79::/48", {}, ""}},
      // Address space that belongs to nobody.
      {{"192.168.0.0/16", {}, ""}, bogon_prefix},
      {{"192.168.7.0/24", {}, ""}, bogon_prefix},
      {{"192.169.7.0/24", {}, ""}},
      {{"100.127.255.0/24", {}, ""}, bogon_prefix},
      {{"100.128.0.0/24", {}, ""}},
      {{"3fff:fff::/32", {}, ""}, bogon_prefix},
      {{"2003:77::/32", {}, ""}},
      // IPv6 outside 2000::/3.
      {{"4000:77::/32", {}, ""}, outside_global_unicast},
      {{"fd00:77::/48", {}, ""}, outside_global_unicast},
      {{"3ffd:77::/32", {}, ""}},
      // RPKI.
      {{"44.128.18.0/24", {}, ""}, rpki_invalid},
      {{"44.128.19.0/24", {}, ""}, {}, 1},
      {{"44.128.20.0/23", {}, ""}, {}, 1},
      {{"44.128.20.0/24", {}, ""}, rpki_invalid},
      {{"2a10:77:d::/48", {}, ""}, rpki_invalid},
      {{"2a10:77:e::/48", {}, ""}, {}, 1},
      // Neither too long nor too short.
      {{"44.128.22.0/25", {}, ""}, prefix_too_long},
      {{"44.128.23.0/24", {}, ""}},
      {{"64.0.0.0/7", {}, ""}, prefix_too_short},
      {{"44.0.0.0/8", {}, ""}},
      {{"2a10:77:f::/49", {}, ""}, prefix_too_long},
      {{"2a10:77:10::/48", {}, ""}},
      {{"2a00::/11", {}, ""}, prefix_too_short},
      {{"2a10::/12", {}, ""}},
  };
}

/// IPv4, IPv6 and both kinds of everything the first member (AS1000001) announces.
std::vector<Case> cases_of_first_member() {
  auto cases = path_cases();
  for (auto& each : prefix_cases()) cases.push_back(std::move(each));
  return cases;
}

}  // namespace

TEST_CASE("Every rule refuses its route with its own reason and spares the neighbour") {
  Exchange exchange;
  const auto cases = cases_of_first_member();
  std::vector<Crafted> routes;
  std::size_t accepted = 0;
  for (const auto& each : cases) {
    routes.push_back(each.route);
    if (!each.refused) ++accepted;
  }
  exchange.announce(1, routes);
  exchange.announce(2, {{"44.128.200.0/24", {}, ""}});
  REQUIRE(eventually([&] { return exchange.both_established(1) && exchange.both_established(2); }));
  CHECK(eventually([&] { return exchange.at_route_server("filtered ").size() == cases.size() - accepted; }));
  CHECK(eventually([&] { return exchange.at_member(2).size() == accepted; }));

  const auto refused = exchange.at_route_server("filtered ");
  const auto good = exchange.at_route_server();
  const auto at_second = exchange.at_member(2);
  for (const auto& each : cases) {
    const auto& name = each.route.prefix;
    CAPTURE(name);
    CHECK(refused.contains(name) == each.refused.has_value());
    CHECK(good.contains(name) == !each.refused.has_value());
    CHECK(at_second.contains(name) == !each.refused.has_value());
    if (each.refused && refused.contains(name)) {
      CHECK(tags(refused.at(name).front(), "1101") == std::set<std::string>{reason_tag(*each.refused)});
    }
    if (!each.refused && at_second.contains(name)) {
      const auto& seen = at_second.at(name).front();
      CHECK(tags(seen, "1000") == std::set<std::string>{"(1000000, 1000, " + std::to_string(each.rpki) + ")"});
      CHECK(tags(seen, "1101").empty());
    }
  }
}

TEST_CASE("A transit-free member may announce its own number but no other transit-free network") {
  Exchange exchange;
  exchange.announce(3, {{"44.128.60.0/24", {174}, ""}, {"44.128.62.0/24", {174, 3356}, ""}});
  CHECK(eventually([&] { return exchange.at_route_server("filtered ").contains("44.128.62.0/24"); }));
  CHECK(eventually([&] { return exchange.at_route_server().contains("44.128.60.0/24"); }));
  const auto refused = exchange.at_route_server("filtered ");
  CHECK(tags(refused.at("44.128.62.0/24").front(), "1101") ==
        std::set<std::string>{reason_tag(RejectReason::transit_free_asn)});
}

TEST_CASE("A member with a prefix list is held to exactly that list") {
  Exchange exchange;
  exchange.announce(3, {{"44.128.60.0/24", {}, ""},
                        {"44.128.61.0/24", {}, ""},
                        {"2a10:77:60::/48", {}, ""},
                        {"2a10:77:61::/48", {}, ""},
                        {"10.77.0.0/24", {}, ""}});
  REQUIRE(eventually([&] { return exchange.at_route_server("filtered ").size() == 3; }));
  const auto refused = exchange.at_route_server("filtered ");
  const auto not_in_set = std::set<std::string>{reason_tag(RejectReason::prefix_not_in_set)};
  CHECK(tags(refused.at("44.128.61.0/24").front(), "1101") == not_in_set);
  CHECK(tags(refused.at("2a10:77:61::/48").front(), "1101") == not_in_set);
  // What concerns everybody is judged before what concerns one member.
  CHECK(tags(refused.at("10.77.0.0/24").front(), "1101") == std::set<std::string>{reason_tag(RejectReason::own_lan)});
  CHECK(eventually([&] {
    const auto good = exchange.at_route_server();
    return good.contains("44.128.60.0/24") && good.contains("2a10:77:60::/48");
  }));
}

TEST_CASE("Tags of the exchange are scrubbed on import and everybody else's communities pass") {
  Exchange exchange;
  exchange.announce(1, {{"44.128.1.0/24",
                         {},
                         "bgp_large_community.add((1000000, 1101, 3)); bgp_large_community.add((1000000, 1000, 1)); "
                         "bgp_large_community.add((1000000, 0, 1000002)); bgp_large_community.add((1000001, 1101, 3)); "
                         "bgp_community.add((65535, 65281)); bgp_community.add((3333, 44));"}});
  exchange.announce(2, {});
  REQUIRE(eventually([&] { return exchange.at_member(2).contains("44.128.1.0/24"); }));
  const auto at_second = exchange.at_member(2);
  const auto& seen = at_second.at("44.128.1.0/24").front();
  CHECK(seen.large_communities == std::set<std::string>{"(1000000, 1000, 2)", "(1000001, 1101, 3)"});
  // NO_EXPORT is meant for the other member, not for the route server (RFC 7947 section 2.2.4).
  CHECK(seen.communities == std::set<std::string>{"(65535,65281)", "(3333,44)"});
}

TEST_CASE("Path and next hop of the announcing member reach the others untouched") {
  Exchange exchange;
  exchange.announce(1,
                    {{"44.128.1.0/24", {kFirstMember, 1000009}, ""}, {"2a10:77:1::/48", {kFirstMember, 1000009}, ""}});
  exchange.announce(2, {});
  REQUIRE(eventually([&] { return exchange.at_member(2).size() == 2; }));
  const auto at_second = exchange.at_member(2);
  CHECK(at_second.at("44.128.1.0/24").front().as_path == "1000001 1000009");
  CHECK(at_second.at("44.128.1.0/24").front().next_hop == "10.77.0.10");
  CHECK(at_second.at("2a10:77:1::/48").front().as_path == "1000001 1000009");
  CHECK(at_second.at("2a10:77:1::/48").front().next_hop.starts_with("2001:db8:77:0:a500:100:1:1"));
}

TEST_CASE("A change of the ROAs is obeyed without touching a session") {
  Exchange exchange;
  exchange.announce(1, {{"44.128.18.0/24", {}, ""}, {"44.128.19.0/24", {}, ""}});
  REQUIRE(eventually([&] { return exchange.at_route_server("filtered ").contains("44.128.18.0/24"); }));
  REQUIRE(eventually([&] { return exchange.at_route_server().contains("44.128.19.0/24"); }));
  const auto before = exchange.rs().protocol("as1000001_0001_n1_v4");
  exchange.net().replace_vrps(vrps_json({{"44.128.18.0/24", 24, kFirstMember}, {"44.128.19.0/24", 24, 1000002}}));
  CHECK(eventually([&] {
    return exchange.at_route_server().contains("44.128.18.0/24") &&
           exchange.at_route_server("filtered ").contains("44.128.19.0/24");
  }));
  CHECK(exchange.rs().protocol("as1000001_0001_n1_v4") == before);
}
