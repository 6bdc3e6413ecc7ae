/// @file tests/unit/fabric/wanted_state_test.cpp

#include "core/fabric/wanted_state.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/fabric/wanted_json.h"

namespace ztix::fabric {

namespace {

service::WantedNetwork wanted_network() {
  return {*domain::ZtNetworkId::parse("a1b2c3d4e5000001"),
          "LAN",
          {*Prefix::parse("192.0.2.0/24"), *Prefix::parse("2001:db8:77::/64")}};
}

NetworkFacts as_wanted() {
  return {"a1b2c3d4e5000001", "LAN", true, false, 1500, 64, false, false, {"2001:0db8:77::/64", "192.0.2.0/24"}};
}

MemberFacts member_as_wanted() {
  MemberFacts facts;
  facts.id = "a1b2c3d4e5";
  facts.authorized = true;
  facts.no_auto_assign = true;
  facts.addresses = {"2001:0db8::0001", "192.0.2.1"};
  return facts;
}

const WantedMember kWanted{true, {"192.0.2.1", "2001:db8::1"}};

}  // namespace

TEST_CASE("A network is as wanted whatever the order and spelling of its routes") {
  CHECK(differences(as_wanted(), wanted_network()).empty());
}

TEST_CASE("Every setting of a network that differs is named") {
  auto found = as_wanted();
  std::string name;
  SUBCASE("id") { found.id = "a1b2c3d4e5000002", name = "id"; }
  SUBCASE("name") { found.name = "x", name = "name"; }
  SUBCASE("private") { found.is_private = false, name = "private"; }
  SUBCASE("broadcast") { found.broadcast = true, name = "enableBroadcast"; }
  SUBCASE("mtu") { found.mtu = 2800, name = "mtu"; }
  SUBCASE("multicast limit") { found.multicast_limit = 31, name = "multicastLimit"; }
  SUBCASE("assign modes") { found.assigns_addresses = true, name = "v4AssignMode, v6AssignMode"; }
  SUBCASE("pools") { found.has_pools = true, name = "ipAssignmentPools"; }
  SUBCASE("a route missing") { found.routes.pop_back(), name = "routes"; }
  SUBCASE("a route too many") { found.routes.emplace_back("198.51.100.0/24"), name = "routes"; }
  SUBCASE("a route by a gateway") { found.routes.back() += " via 192.0.2.1", name = "routes"; }
  CHECK(differences(found, wanted_network()) == std::vector<std::string>{name});
}

TEST_CASE("A member is as wanted whatever the order and spelling of its addresses") {
  CHECK(is_as_wanted(member_as_wanted(), kWanted));
}

TEST_CASE("A member that is granted anything else is not as wanted") {
  auto found = member_as_wanted();
  SUBCASE("not authorized") { found.authorized = false; }
  SUBCASE("automatic addresses") { found.no_auto_assign = false; }
  SUBCASE("bridging") { found.active_bridge = true; }
  SUBCASE("tags") { found.has_tags = true; }
  SUBCASE("an address missing") { found.addresses.pop_back(); }
  SUBCASE("an address too many") { found.addresses.emplace_back("192.0.2.2"); }
  SUBCASE("an address twice") { found.addresses.emplace_back("192.0.2.1"); }
  SUBCASE("rubbish beside the addresses") { found.addresses.emplace_back("?"); }
  CHECK_FALSE(is_as_wanted(found, kWanted));
}

TEST_CASE("A record whose id no node can have is no member") {
  auto facts = member_as_wanted();
  CHECK(fabric_member(facts)->addresses.size() == 2);
  facts.addresses.emplace_back("?");
  CHECK(fabric_member(facts)->addresses.size() == 2);
  for (const std::string id : {"", "ffffffffff", "0000000000", "a1b2c3d4e", "a1b2c3d4e5f"}) {
    facts.id = id;
    CHECK_FALSE_MESSAGE(fabric_member(facts).has_value(), id);
  }
}

TEST_CASE("A wanted member is one JSON object whose booleans are booleans") {
  CHECK(member_settings(kWanted).dump() ==
        R"({"activeBridge":false,"authorized":true,"capabilities":[],"ipAssignments":["192.0.2.1","2001:db8::1"],)"
        R"("noAutoAssignIps":true,"tags":[]})");
  CHECK(
      member_settings(WantedMember{}).dump() ==
      R"({"activeBridge":false,"authorized":false,"capabilities":[],"ipAssignments":[],"noAutoAssignIps":true,"tags":[]})");
}

TEST_CASE("A wanted network is private, without pools or assign modes, with its own routes only") {
  CHECK(network_settings(wanted_network()).dump() ==
        R"({"enableBroadcast":false,"ipAssignmentPools":[],"mtu":1500,"multicastLimit":32,"name":"LAN","private":true,)"
        R"("routes":[{"target":"192.0.2.0/24","via":null},{"target":"2001:db8:77::/64","via":null}],)"
        R"("v4AssignMode":{"zt":false},"v6AssignMode":{"6plane":false,"rfc4193":false,"zt":false}})");
}

}  // namespace ztix::fabric
