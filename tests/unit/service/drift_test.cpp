#include "core/service/drift.h"

#include <doctest/doctest.h>

#include "core/service/session_limits.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using domain::DriftKind;
using service::ExpectedFabric;
using service::fabric_differences;
using service::FabricMember;
using service::HostProbe;
using Repair = service::FabricDifference::Repair;

namespace {

const std::string kDigest(64, 'a');
const std::string kOther(64, 'b');
constexpr const char* kSession = "as1000001_0001_n1_v4";

service::ConfirmedHost confirmed_host() {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  return {{1, kOther, kDigest, false}, snapshot};
}

HostProbe good_probe() {
  HostProbe probe;
  probe.bird_up = true;
  probe.running_revision = 1;
  probe.running_digest = kDigest;
  probe.running_root = kOther;
  probe.boot_root = kOther;
  probe.boot_digest = kDigest;
  probe.drop_in = "ok";
  probe.protocols = {{kSession, "BGP", "up", "", "Established"}};
  return probe;
}

domain::NodeId node(const std::string& text) { return domain::NodeId::parse(text).value(); }

/// One member of AS1000001 with both addresses, one route server.
ExpectedFabric expected_fabric() {
  const service::Network network{1,
                                 domain::ZtNetworkId::parse("8056c2e21c000001").value(),
                                 "lan",
                                 "",
                                 prefix("10.77.0.0/24"),
                                 prefix("2001:db8:77::/64"),
                                 std::nullopt,
                                 domain::Admission::open,
                                 asn(1000000),
                                 1500};
  return {
      network,
      {{1, node("a000000001"), asn(1000001), 1, true, {ip("10.77.0.10"), ip("2001:db8:77::10")}}},
      {{1, node("f000000001"), "rs1", domain::InfrastructureRole::route_server, ip("10.77.0.1"), ip("2001:db8:77::1")}},
      {},
      false};
}

std::vector<FabricMember> good_members() {
  return {{node("a000000001"), true, {ip("2001:db8:77::10"), ip("10.77.0.10")}, true},
          {node("f000000001"), true, {ip("10.77.0.1"), ip("2001:db8:77::1")}, true}};
}

}  // namespace

TEST_CASE("A host as confirmed has no difference") {
  CHECK(service::host_differences(confirmed_host(), good_probe()).empty());
}

TEST_CASE("Each way in which a host can differ is one difference with what is wanted and what is there") {
  auto wanted = confirmed_host();
  auto probe = good_probe();
  DriftKind kind = DriftKind::bird_down;
  SUBCASE("BIRD is down") { probe.bird_up = false; }
  SUBCASE("another configuration runs") {
    probe.running_digest = kOther;
    kind = DriftKind::running_differs;
  }
  SUBCASE("something is armed") {
    probe.armed = true;
    kind = DriftKind::armed_by_hand;
  }
  SUBCASE("another file would boot") {
    probe.boot_root.clear();
    kind = DriftKind::boot_differs;
  }
  SUBCASE("a file was edited") {
    probe.damaged = {kOther};
    kind = DriftKind::files_damaged;
  }
  SUBCASE("a session was switched off") {
    probe.protocols[0].state = "down";
    kind = DriftKind::session_disabled;
  }
  SUBCASE("a suspended session was switched on") {
    wanted.snapshot.memberships[0].suspended = true;
    kind = DriftKind::session_enabled;
  }
  SUBCASE("the drop-in is gone") {
    probe.drop_in = "missing";
    kind = DriftKind::drop_in_missing;
  }
  const auto found = service::host_differences(wanted, probe);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == kind);
  CHECK(found[0].diff.starts_with("- "));
  CHECK(found[0].diff.find("\n+ ") != std::string::npos);
}

TEST_CASE("A session that the host keeps down, or that is over its limit, was not switched off by a stranger") {
  auto probe = good_probe();
  probe.protocols[0].state = "down";
  SUBCASE("kept down") { probe.kept_down = {kSession}; }
  SUBCASE("limit") { probe.protocols[0].is_limit_hit = true; }
  CHECK(service::host_differences(confirmed_host(), probe).empty());
}

TEST_CASE("A limit is tripped once: by a session that shall be up, and is down for it") {
  auto wanted = confirmed_host().snapshot;
  auto probe = good_probe();
  probe.protocols[0] = {kSession, "BGP", "down", "", "Automatic shutdown: Route limit exceeded"};
  probe.protocols[0].last_error = "Automatic shutdown: Route limit exceeded";
  SUBCASE("found") {
    const auto tripped = service::tripped_sessions(wanted, probe);
    REQUIRE(tripped.size() == 1);
    CHECK(tripped[0].membership_id == 1);
    CHECK(tripped[0].family == AddressFamily::ipv4);
  }
  SUBCASE("not again while it is down by our own writing") {
    wanted.session_admin_states = {{1, AddressFamily::ipv4, domain::AdminState::limit_tripped}};
    CHECK(service::tripped_sessions(wanted, probe).empty());
  }
  SUBCASE("not a session that is up again and remembers") {
    probe.protocols[0].state = "start";
    CHECK(service::tripped_sessions(wanted, probe).empty());
  }
}

TEST_CASE("A controller as approved has no difference, in whatever order addresses come") {
  CHECK(fabric_differences(expected_fabric(), good_members()).empty());
}

TEST_CASE("What would have to be given is only reported") {
  const auto expected = expected_fabric();
  auto members = good_members();
  DriftKind kind = DriftKind::member_deauthorized;
  SUBCASE("a member was put out") { members[0].authorized = false; }
  SUBCASE("a member is not there") { members.erase(members.begin()); }
  SUBCASE("a member lacks an address") {
    members[0].addresses.pop_back();
    kind = DriftKind::member_addresses;
  }
  SUBCASE("a route server's node was put out") {
    members[1].authorized = false;
    kind = DriftKind::infrastructure_node;
  }
  SUBCASE("a route server's node has other addresses") {
    members[1].addresses = {ip("10.77.0.99")};
    kind = DriftKind::infrastructure_node;
  }
  SUBCASE("a stranger without an address of the LAN") {
    members.push_back({node("5757575757"), true, {}, true});
    kind = DriftKind::stray_node;
  }
  const auto found = fabric_differences(expected, members);
  REQUIRE(found.size() == 1);
  CHECK(found[0].difference.kind == kind);
  CHECK(found[0].repair == Repair::none);
}

TEST_CASE("What nobody has approved is taken away") {
  auto expected = expected_fabric();
  auto members = good_members();
  SUBCASE("a suspended or removed member is authorised") {
    expected.members[0].is_authorized = false;
    const auto found = fabric_differences(expected, members);
    REQUIRE(found.size() == 1);
    CHECK(found[0].difference.kind == DriftKind::member_authorized);
    CHECK(found[0].repair == Repair::deauthorize);
  }
  SUBCASE("a stranger with an address of the LAN") {
    members.push_back({node("5757575757"), true, {ip("10.77.0.200")}, true});
    const auto found = fabric_differences(expected, members);
    REQUIRE(found.size() == 1);
    CHECK(found[0].repair == Repair::deauthorize);
    CHECK(found[0].node == node("5757575757"));
  }
  SUBCASE("a member has a foreign address beside its own") {
    members[0].addresses.push_back(ip("10.77.0.11"));
    const auto found = fabric_differences(expected, members);
    REQUIRE(found.size() == 1);
    CHECK(found[0].repair == Repair::narrow_addresses);
    CHECK(found[0].addresses.size() == 2);
  }
  SUBCASE("a member has nothing but foreign addresses") {
    members[0].addresses = {ip("10.77.0.11")};
    const auto found = fabric_differences(expected, members);
    REQUIRE(found.size() == 1);
    CHECK(found[0].repair == Repair::deauthorize);
  }
}

TEST_CASE("A member that a job is about to change, and a node nobody lets in, are not judged") {
  auto expected = expected_fabric();
  auto members = good_members();
  SUBCASE("in change") {
    expected.in_change = {expected.members[0].node_id};
    expected.members.clear();
    members[0].authorized = false;
  }
  SUBCASE("a stranger who only knocks") { members.push_back({node("5757575757"), false, {}, true}); }
  CHECK(fabric_differences(expected, members).empty());
}
