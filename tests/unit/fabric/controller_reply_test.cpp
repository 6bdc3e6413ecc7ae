/// @file tests/unit/fabric/controller_reply_test.cpp

#include "core/fabric/controller_reply.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::fabric {

TEST_CASE("A member's record is read from both shapes") {
  const auto local = parse_member(
      R"({"id":"a1b2c3d4e5","authorized":true,"noAutoAssignIps":true,"activeBridge":false,"tags":[],
          "capabilities":[],"identity":"a1b2c3d4e5:0:00","ipAssignments":["10.77.0.10"]})",
      ReplyShape::local);
  const auto central = parse_member(
      R"({"id":"x-a1b2c3d4e5","nodeId":"a1b2c3d4e5","config":{"authorized":true,"noAutoAssignIps":true,
          "identity":"a1b2c3d4e5:0:00","ipAssignments":["10.77.0.10"]}})",
      ReplyShape::central);
  for (const auto& member : {local, central}) {
    REQUIRE(member.has_value());
    CHECK(member->id == "a1b2c3d4e5");
    CHECK(member->authorized);
    CHECK(member->no_auto_assign);
    CHECK_FALSE(member->active_bridge);
    CHECK_FALSE(member->has_tags);
    CHECK(member->seen);
    CHECK(member->addresses == std::vector<std::string>{"10.77.0.10"});
  }
}

TEST_CASE("A member's record without id or with an authorization that is no boolean is refused") {
  for (const std::string text :
       {"", "{}", "[]", "null", "42", "\"x\"", R"({"id":"a1b2c3d4e5"})", R"({"authorized":true})",
        R"({"id":"a1b2c3d4e5","authorized":"true"})", R"({"id":"a1b2c3d4e5","authorized":1})",
        R"({"id":7,"authorized":true})", R"({"id":"a1b2c3d4e5","authorized":true)", "<html>"}) {
    const auto member = parse_member(text, ReplyShape::local);
    REQUIRE_FALSE_MESSAGE(member.has_value(), text);
    CHECK(member.error().code == ErrorCode::upstream);
    CHECK_FALSE(parse_member(text, ReplyShape::central).has_value());
  }
}

TEST_CASE("What is odd in a member's record never looks like less than it is") {
  const auto member =
      parse_member(R"({"id":"a1b2c3d4e5","authorized":true,"tags":[[1,2]],"ipAssignments":["10.77.0.10",5,null]})",
                   ReplyShape::local);
  REQUIRE(member.has_value());
  CHECK(member->has_tags);
  CHECK(member->addresses.size() == 3);
  CHECK_FALSE(member->no_auto_assign);
  CHECK_FALSE(member->seen);
}

TEST_CASE("A network's record is read, and every doubt counts as not as wanted") {
  const auto network = parse_network(
      R"({"id":"a1b2c3d4e5000001","name":"LAN","private":true,"enableBroadcast":false,"mtu":1500,"multicastLimit":32,
          "v4AssignMode":{"zt":false},"v6AssignMode":{"6plane":false,"rfc4193":false,"zt":false},
          "ipAssignmentPools":[],"routes":[{"target":"10.77.0.0/24","via":null},{"target":"::/0","via":"fe80::1"}]})",
      ReplyShape::local);
  REQUIRE(network.has_value());
  CHECK(network->id == "a1b2c3d4e5000001");
  CHECK(network->is_private);
  CHECK_FALSE(network->broadcast);
  CHECK(network->mtu == 1500);
  CHECK(network->multicast_limit == 32);
  CHECK_FALSE(network->assigns_addresses);
  CHECK_FALSE(network->has_pools);
  CHECK(network->routes == std::vector<std::string>{"10.77.0.0/24", "::/0 via fe80::1"});

  const auto odd = parse_network(
      R"({"id":"a1b2c3d4e5000001","private":false,"mtu":"1500","multicastLimit":-1,"v4AssignMode":"zt",
          "ipAssignmentPools":[{}]})",
      ReplyShape::local);
  REQUIRE(odd.has_value());
  CHECK_FALSE(odd->is_private);
  CHECK(odd->broadcast);
  CHECK(odd->mtu == 0);
  CHECK(odd->multicast_limit == 0);
  CHECK(odd->assigns_addresses);
  CHECK(odd->has_pools);
}

TEST_CASE("The list of members is read in the shapes of all versions") {
  CHECK(*parse_member_ids(R"({"aaaaaaaaaa":1,"bbbbbbbbbb":7})") ==
        std::vector<std::string>{"aaaaaaaaaa", "bbbbbbbbbb"});
  CHECK(*parse_member_ids(R"([{"aaaaaaaaaa":1},{"bbbbbbbbbb":7}])") ==
        std::vector<std::string>{"aaaaaaaaaa", "bbbbbbbbbb"});
  CHECK(parse_member_ids("{}")->empty());
  CHECK(parse_member_ids("[]")->empty());
  CHECK_FALSE(parse_member_ids("[1]").has_value());
  CHECK_FALSE(parse_member_ids("null").has_value());
  CHECK_FALSE(parse_member_ids("").has_value());
}

TEST_CASE("One unreadable record makes a list of members unreadable") {
  CHECK(parse_members(R"({"data":[{"id":"aaaaaaaaaa","authorized":true}]})", ReplyShape::local)->size() == 1);
  CHECK_FALSE(parse_members(R"({"data":[{"id":"aaaaaaaaaa"}]})", ReplyShape::local).has_value());
  CHECK_FALSE(parse_members(R"([])", ReplyShape::local).has_value());
  CHECK(parse_members(R"([])", ReplyShape::central)->empty());
}

TEST_CASE("The status must name a node") {
  CHECK(*parse_status_address(R"({"address":"a1b2c3d4e5"})") == "a1b2c3d4e5");
  for (const std::string text : {"", "{}", R"({"address":"x"})", R"({"address":5})", R"({"address":"A1B2C3D4E5F"})"}) {
    CHECK_FALSE_MESSAGE(parse_status_address(text).has_value(), text);
  }
}

TEST_CASE("A database is ready only when a controller says so") {
  CHECK(*parse_database_ready("{\n\t\"controller\": true,\n\t\"databaseReady\": true\n}\n"));
  CHECK_FALSE(*parse_database_ready(R"({"controller":true})"));
  CHECK_FALSE(*parse_database_ready(R"({"controller":true,"databaseReady":"true"})"));
  CHECK_FALSE(parse_database_ready(R"({"databaseReady":true})").has_value());
}

TEST_CASE("A description is one short line of printable letters") {
  CHECK(failure_description(R"({"error": 500, "description": "[json.exception.type_error.302] type must be)") ==
        "[json.exception.type_error.302] type must be");
  CHECK(failure_description("a\r\nb\x1b[31m\xff") == "a??b?[31m?");
  CHECK(failure_description(std::string(5000, 'x')).size() == 200);
}

}  // namespace ztix::fabric
