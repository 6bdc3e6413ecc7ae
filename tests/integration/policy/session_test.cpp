// What the rendered sessions do on a real BIRD: who may connect, when they stop, and what a change leaves alone.

#include <string>

#include <doctest/doctest.h>

#include "core/render/bird_config.h"
#include "tests/integration/policy/exchange.h"
#include "tests/support/eventually.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;

namespace {

const std::string kFirstV4 = "as1000001_0001_n1_v4";
const std::string kFirstV6 = "as1000001_0001_n1_v6";

}  // namespace

TEST_CASE("A member is connected long before the route server's own connect delay ends") {
  Exchange exchange;
  REQUIRE(exchange.snapshot().policy.connect_delay_seconds == 30);
  exchange.announce(1, {});
  CHECK(eventually(std::chrono::seconds(10), [&] { return exchange.both_established(1); }));
}

TEST_CASE("MD5 and TTL security hold off a member that lacks the key") {
  Exchange exchange;
  exchange.announce(2, {});
  REQUIRE(eventually([&] { return exchange.both_established(2); }));
  exchange.snapshot().memberships[1].md5_key = "AnotherKey99";
  exchange.apply();
  CHECK(eventually([&] { return !exchange.both_established(2); }));
}

TEST_CASE("A suspended session stays down after every configure and the other one stays up") {
  Exchange exchange;
  exchange.announce(1, {});
  REQUIRE(eventually([&] { return exchange.both_established(1); }));
  const auto v6_before = exchange.rs().protocol(kFirstV6);
  exchange.snapshot().session_admin_states = {{1, AddressFamily::ipv4, domain::AdminState::suspended}};
  exchange.apply();
  CHECK(eventually([&] { return exchange.rs().protocol(kFirstV4).find(" down ") != std::string::npos; }));
  exchange.snapshot().policy.max_path_length = 31;
  exchange.apply();
  CHECK(exchange.rs().protocol(kFirstV4).find(" down ") != std::string::npos);
  CHECK(exchange.rs().protocol(kFirstV6) == v6_before);
}

TEST_CASE("Adding, changing and removing one member leaves the sessions of others alone") {
  Exchange exchange;
  exchange.announce(1, {});
  exchange.announce(2, {});
  REQUIRE(eventually([&] { return exchange.both_established(1) && exchange.both_established(2); }));
  const auto before = exchange.rs().protocol(kFirstV4) + exchange.rs().protocol(kFirstV6);
  auto& snapshot = exchange.snapshot();
  add_member(snapshot, 1000004);
  snapshot.memberships[1].limit_v4 = domain::PrefixLimit::of(AddressFamily::ipv4, 7).value();
  exchange.apply();
  CHECK(!exchange.rs().protocol("as1000004_0001_n1_v4").empty());
  snapshot.memberships.pop_back();
  exchange.apply();
  CHECK(eventually([&] { return exchange.rs().protocol("as1000004_0001_n1_v4").empty(); }));
  CHECK(exchange.rs().protocol(kFirstV4) + exchange.rs().protocol(kFirstV6) == before);
}

TEST_CASE("A new policy is applied to routes that are there already and restarts no session") {
  Exchange exchange;
  exchange.announce(1, {{"44.128.1.0/24", {kFirstMember, 1000009}, ""}});
  exchange.announce(2, {});
  REQUIRE(eventually([&] { return exchange.at_member(2).contains("44.128.1.0/24"); }));
  const auto before = exchange.rs().protocol(kFirstV4);
  exchange.snapshot().policy.max_path_length = 1;
  exchange.apply();
  CHECK(eventually([&] { return !exchange.at_member(2).contains("44.128.1.0/24"); }));
  CHECK(exchange.rs().protocol(kFirstV4) == before);
}

TEST_CASE("A flood of refused routes trips the limit and only that session") {
  Exchange exchange;
  const std::string third_v6 = "as174_0001_n1_v6";
  exchange.announce(3, {{"2a10:77:91::/48", {}, ""}, {"2a10:77:92::/48", {}, ""}, {"2a10:77:93::/48", {}, ""}});
  REQUIRE(eventually([&] { return exchange.both_established(3); }));
  CHECK(eventually([&] { return exchange.at_route_server("filtered ").size() == 3; }));
  CHECK(exchange.rs().is_established(third_v6));
  exchange.announce(3, {{"2a10:77:91::/48", {}, ""},
                        {"2a10:77:92::/48", {}, ""},
                        {"2a10:77:93::/48", {}, ""},
                        {"2a10:77:94::/48", {}, ""}});
  CHECK(eventually([&] { return exchange.rs().protocol(third_v6).find(" down ") != std::string::npos; }));
  CHECK(exchange.rs().is_established("as174_0001_n1_v4"));
}

TEST_CASE("A member whose prefix is announced better by itself still gets the other path") {
  Exchange exchange;
  exchange.announce(1, {{"44.128.99.0/24", {kFirstMember}, ""}});
  exchange.announce(2, {{"44.128.99.0/24", {1000002, 1000009}, ""}});
  CHECK(eventually([&] { return exchange.at_member(1).contains("44.128.99.0/24"); }));
  CHECK(exchange.at_member(1).at("44.128.99.0/24").front().as_path == "1000002 1000009");
  CHECK(eventually([&] { return exchange.at_member(2).contains("44.128.99.0/24"); }));
}

TEST_CASE("No route passes from one network to another") {
  BirdNet net;
  auto snapshot = empty_snapshot();
  snapshot.route_server.rtr_caches.clear();
  add_second_network(snapshot);
  add_member(snapshot, 1000001);
  add_member(snapshot, 1000002, 2);
  auto& rs = net.add_node("rs1", {"10.77.0.1/24", "10.78.0.1/24", "2001:db8:77::1/64", "2001:db8:78::1/64"});
  give(rs, render::render_route_server(snapshot, rs.folder()).value());
  const auto join = [&](const std::string& name, const domain::MembershipConfig& m, const std::string& rs_v4,
                        const std::string& rs_v6, std::vector<Crafted> routes) -> BirdNode& {
    auto& node = net.add_node(name, {m.ipv4->text() + "/24", m.ipv6.text() + "/64"});
    CraftingMember config;
    config.asn = m.asn.number();
    config.address_v4 = m.ipv4->text();
    config.address_v6 = m.ipv6.text();
    config.route_server_v4 = rs_v4;
    config.route_server_v6 = rs_v6;
    config.announces = std::move(routes);
    node.configure(crafting_config(config));
    return node;
  };
  auto& first = join("m1", snapshot.memberships[0], "10.77.0.1", "2001:db8:77::1", {{"44.128.1.0/24", {}, ""}});
  auto& second = join("m2", snapshot.memberships[1], "10.78.0.1", "2001:db8:78::1", {{"44.128.2.0/24", {}, ""}});
  REQUIRE(eventually([&] { return first.is_established("rs_v4") && second.is_established("rs_v4"); }));
  REQUIRE(eventually([&] { return rs.routes("table ztix_n1_v4").contains("44.128.1.0/24"); }));
  REQUIRE(eventually([&] { return rs.routes("table ztix_n2_v4").contains("44.128.2.0/24"); }));
  CHECK(!rs.routes("table ztix_n1_v4").contains("44.128.2.0/24"));
  CHECK(first.routes("protocol rs_v4").empty());
  CHECK(second.routes("protocol rs_v4").empty());
}

TEST_CASE("A route server that starts before its address exists serves its members once it has it") {
  BirdNet net;
  auto snapshot = empty_snapshot();
  snapshot.route_server.rtr_caches.clear();
  add_member(snapshot, kFirstMember);
  auto& rs = net.add_node("rs1", {});
  give(rs, render::render_route_server(snapshot, rs.folder()).value());
  auto& member = net.add_node("m1", {"10.77.0.10/24", snapshot.memberships[0].ipv6.text() + "/64"});
  CraftingMember config;
  config.asn = kFirstMember;
  config.address_v4 = "10.77.0.10";
  config.address_v6 = snapshot.memberships[0].ipv6.text();
  member.configure(crafting_config(config));
  REQUIRE(rs.protocol(kFirstV4).find(" up ") == std::string::npos);
  static_cast<void>(run_or_throw({"ip", "-n", rs.name_space(), "addr", "add", "10.77.0.1/24", "dev", "eth0"}));
  static_cast<void>(run_or_throw({"ip", "-n", rs.name_space(), "addr", "add", "2001:db8:77::1/64", "dev", "eth0"}));
  // Long enough for the first call of the route server itself, which the policy puts off by 30 s.
  const bool served = eventually(std::chrono::seconds(90),
                                 [&] { return member.is_established("rs_v4") && member.is_established("rs_v6"); });
  INFO(rs.birdc("show protocols all"));
  INFO(member.birdc("show protocols all"));
  CHECK(served);
}

TEST_CASE("The running revision and digest are read back as rendered") {
  BirdNet net;
  auto snapshot = empty_snapshot();
  snapshot.revision = 4711;
  auto& rs = net.add_node("rs1", {"10.77.0.1/24"});
  const auto config = render::render_route_server(snapshot, rs.folder()).value();
  give(rs, config);
  CHECK(rs.birdc("eval ZTIX_REVISION").find("4711") != std::string::npos);
  CHECK(rs.birdc("eval ZTIX_DIGEST").find(config.ztix_digest) != std::string::npos);
}
