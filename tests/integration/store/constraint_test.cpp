/// Invariants that no program can break, because the database refuses.

#include <doctest/doctest.h>

#include "core/store/database_failure.h"
#include "tests/support/test_database.h"

using namespace ztix;
using store::DbFailure;
using test::TestDatabase;

namespace {

constexpr const char* kSlotColumns = "INSERT INTO request (asn, network, node_id, state, ipv4, requested_by) ";

/// Two networks of one controller, a user, and a live member 64496/1 with node 1122334455 on network 1.
struct World {
  World() {
    sql("INSERT INTO network (number, zt_network_id, name, lan_v6, route_server_asn) VALUES "
        "(1, '8056c2e21c000001', 'one', '2001:db8:1::/64', 64500), (2, '8056c2e21c000002', 'two', '2001:db8:2::/64', "
        "64500)");
    sql("INSERT INTO app_user (username) VALUES ('alice')");
    sql("INSERT INTO membership (network, asn, router_sequence, node_id, ipv4_wanted, limit_v4, limit_v6) "
        "VALUES (1, 64496, 1, '1122334455', true, 100, 100)");
  }
  void sql(const std::string& text) { (void)database.sql(text); }
  /// The constraint that refused; empty when it was accepted.
  std::string refusal(const std::string& text) {
    try {
      sql(text);
      return "";
    } catch (const DbFailure& failure) {
      CHECK(failure.sqlstate().starts_with("23"));
      return failure.constraint().empty() ? failure.sqlstate() : failure.constraint();
    }
  }
  std::string membership(int network, int asn, int sequence, const std::string& node) {
    return refusal(
        "INSERT INTO membership (network, asn, router_sequence, node_id, ipv4_wanted, limit_v4, limit_v6) VALUES (" +
        std::to_string(network) + ", " + std::to_string(asn) + ", " + std::to_string(sequence) + ", " + node +
        ", true, 100, 100)");
  }
  std::string request(const std::string& node, const std::string& state) {
    return refusal(kSlotColumns + ("SELECT 64496, 1, " + node + ", '" + state + "', true, id FROM app_user"));
  }
  std::string address(const std::string& values) {
    return refusal("INSERT INTO address (network, address, asn, router_sequence, state) VALUES " + values);
  }
  TestDatabase database;
};

}  // namespace

TEST_CASE("A network has at most one open request of an ASN for a node, also for no node") {
  World world;
  CHECK(world.request("'aaaaaaaaaa'", "pending") == "");
  CHECK(world.request("'aaaaaaaaaa'", "needs_info") == "request_open_slot");
  CHECK(world.request("NULL", "pending") == "");
  CHECK(world.request("NULL", "pending") == "request_open_slot");
  CHECK(world.request("NULL", "withdrawn") == "");
  CHECK(world.request("NULL", "expired") == "");
}

TEST_CASE("A request has a membership exactly from its approval on") {
  World world;
  CHECK(world.request("NULL", "approved") == "request_approved_has_membership");
  CHECK(world.refusal(
            "INSERT INTO request (asn, network, ipv4, requested_by, membership) SELECT 64496, 1, true, u.id, m.id "
            "FROM app_user u, membership m") == "request_approved_has_membership");
}

TEST_CASE("A node is one live member of a network over all ASNs, and may join another network") {
  World world;
  CHECK(world.membership(1, 64497, 1, "'1122334455'") == "membership_live_node");
  CHECK(world.membership(2, 64497, 1, "'1122334455'") == "");
  CHECK(world.membership(1, 64496, 1, "'aaaaaaaaaa'") == "membership_live_sequence");
  CHECK(world.membership(1, 64497, 1, "NULL") == "");
  CHECK(world.membership(1, 64497, 2, "NULL") == "");
  world.sql("UPDATE membership SET desired = 'absent', ended_at = now() WHERE node_id = '1122334455' AND network = 1");
  CHECK(world.membership(1, 64499, 1, "'1122334455'") == "");
}

TEST_CASE("A membership ends only when it is wanted absent") {
  World world;
  CHECK(world.refusal("UPDATE membership SET ended_at = now()") == "membership_ended_is_absent");
}

TEST_CASE("A node that is being replaced stays taken until it has lost its authorisation") {
  World world;
  world.sql("UPDATE membership SET previous_node_id = node_id, node_id = 'bbbbbbbbbb'");
  CHECK(world.membership(1, 64497, 1, "'1122334455'") == "membership_foreign_node");
  world.sql("UPDATE membership SET previous_node_id = NULL");
  CHECK(world.membership(1, 64497, 1, "'1122334455'") == "");
}

TEST_CASE("Neither the controller nor an infrastructure node can be a member, nor a member infrastructure") {
  World world;
  const std::string insert = "INSERT INTO infrastructure_node (network, node_id, name, role, ipv6) VALUES ";
  CHECK(world.membership(1, 64497, 1, "'8056c2e21c'") == "membership_foreign_node");
  CHECK(world.refusal(insert + "(1, 'cccccccccc', 'rs1', 'route_server', '2001:db8:1::1')") == "");
  CHECK(world.membership(1, 64497, 1, "'cccccccccc'") == "membership_foreign_node");
  CHECK(world.membership(2, 64497, 1, "'cccccccccc'") == "");
  CHECK(world.refusal("UPDATE membership SET node_id = 'cccccccccc' WHERE node_id = '1122334455'") ==
        "membership_foreign_node");
  CHECK(world.refusal(insert + "(1, '1122334455', 'rs2', 'route_server', '2001:db8:1::2')") ==
        "infrastructure_node_member");
}

TEST_CASE("An address has one owner on a network, be it member or infrastructure") {
  World world;
  world.sql(
      "INSERT INTO infrastructure_node (network, node_id, name, role, ipv4, ipv6) VALUES "
      "(1, 'cccccccccc', 'rs1', 'route_server', '192.0.2.1', '2001:db8:1::1')");
  CHECK(world.address("(1, '192.0.2.1', 64496, 1, 'reserved')") == "address_once");
  CHECK(world.address("(1, '192.0.2.10', 64496, 1, 'reserved')") == "");
  CHECK(world.address("(1, '192.0.2.10', 64497, 1, 'reserved')") == "address_once");
  CHECK(world.address("(1, '192.0.2.11', 64496, 1, 'reserved')") == "address_per_member");
  CHECK(world.address("(1, '192.0.2.12', NULL, NULL, 'reserved')") == "address_has_owner");
  CHECK(world.address("(1, '2001:db8:1::9', 64496, 1, 'live')") == "");
  CHECK(world.address("(2, '192.0.2.10', 64497, 1, 'reserved')") == "");
  CHECK(world.refusal("INSERT INTO infrastructure_node (network, node_id, name, role, ipv4, ipv6) VALUES "
                      "(1, 'dddddddddd', 'rs2', 'route_server', '192.0.2.10', '2001:db8:1::2')") == "address_once");
}

TEST_CASE("An IPv6 address keeps its owner for ever, an IPv4 address cools off until a date") {
  World world;
  CHECK(world.address("(1, '2001:db8:1::9', 64496, 1, 'live'), (1, '192.0.2.10', 64496, 1, 'live')") == "");
  const std::string v6 = " WHERE family(address) = 6", v4 = " WHERE family(address) = 4";
  CHECK(world.refusal("UPDATE address SET asn = 64497" + v6) == "address_ipv6_owner");
  CHECK(world.refusal("UPDATE address SET router_sequence = 2" + v6) == "address_ipv6_owner");
  CHECK(world.refusal("DELETE FROM address" + v6) == "address_ipv6_owner");
  CHECK(world.refusal("UPDATE address SET state = 'cooling_off', until = now()" + v6) == "address_cooling_off_v4");
  CHECK(world.refusal("UPDATE address SET state = 'reserved'" + v6) == "");
  CHECK(world.refusal("UPDATE address SET state = 'cooling_off'" + v4) == "address_cooling_off_v4");
  CHECK(world.refusal("UPDATE address SET state = 'cooling_off', until = now() + interval '180 days'" + v4) == "");
  CHECK(world.refusal("UPDATE address SET asn = 64497, state = 'reserved', until = NULL" + v4) == "");
  CHECK(world.refusal("DELETE FROM address" + v4) == "");
}

TEST_CASE("Networks never overlap, and a pool lies inside its LAN") {
  World world;
  const auto add = [&](const std::string& v4, const std::string& pool, const std::string& v6) {
    return world.refusal(
        "INSERT INTO network (number, zt_network_id, name, lan_v4, pool_first, pool_last, lan_v6, route_server_asn) "
        "VALUES (3, '8056c2e21c000003', 'three', " +
        v4 + ", " + pool + ", " + v6 + ", 64500)");
  };
  const std::string other = "'2001:db8:3::/64'";
  CHECK(add("NULL", "NULL, NULL", "'2001:db8:1::/64'") == "network_lan_v6_overlap");
  CHECK(add("NULL", "'192.0.2.1', '192.0.2.9'", other) == "network_pool_inside");
  CHECK(add("'192.0.2.0/24'", "'192.0.2.0', '192.0.2.9'", other) == "network_pool_inside");
  CHECK(add("'192.0.2.0/24'", "'192.0.2.9', '192.0.2.255'", other) == "network_pool_inside");
  CHECK(add("'192.0.2.0/24'", "'192.0.2.9', '192.0.2.1'", other) == "network_pool_complete");
  CHECK(add("'192.0.2.0/24'", "'192.0.2.9', NULL", other) == "network_pool_complete");
  CHECK(add("'192.0.2.0/24'", "'192.0.2.1', '192.0.2.254'", other) == "");
}
