#include "core/service/freeze.h"

#include <doctest/doctest.h>

#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using service::only_takes_away;

namespace {

domain::ConfigSnapshot two_members() {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  add_member(snapshot, 1000002);
  return snapshot;
}

}  // namespace

TEST_CASE("Under a freeze goes what takes members or sessions away, and nothing else") {
  const auto before = two_members();
  auto after = before;
  after.revision = 2;
  SUBCASE("nothing changes") { CHECK(only_takes_away(before, after)); }
  SUBCASE("a member is gone") {
    after.memberships.pop_back();
    CHECK(only_takes_away(before, after));
  }
  SUBCASE("a member is suspended") {
    after.memberships[0].suspended = true;
    ++after.memberships[0].version;
    CHECK(only_takes_away(before, after));
  }
  SUBCASE("a session has tripped its limit") {
    after.session_admin_states = {{1, AddressFamily::ipv4, domain::AdminState::limit_tripped}};
    CHECK(only_takes_away(before, after));
  }
  SUBCASE("a member is new") {
    add_member(after, 1000003);
    CHECK_FALSE(only_takes_away(before, after));
  }
  SUBCASE("one member goes, another comes") {
    after.memberships.pop_back();
    add_member(after, 1000003).id = 9;
    CHECK_FALSE(only_takes_away(before, after));
  }
  SUBCASE("an option changes beside a suspension") {
    after.memberships[0].suspended = true;
    after.memberships[0].ttl_security = true;
    CHECK_FALSE(only_takes_away(before, after));
  }
  SUBCASE("the policy changes") {
    ++after.policy.hold_time_seconds;
    CHECK_FALSE(only_takes_away(before, after));
  }
  SUBCASE("the route server is drained") {
    after.route_server.state = domain::RouteServerState::draining;
    CHECK_FALSE(only_takes_away(before, after));
  }
}

TEST_CASE("Under a freeze nothing that is down comes up") {
  auto before = two_members();
  before.memberships[0].suspended = true;
  before.session_admin_states = {{2, AddressFamily::ipv6, domain::AdminState::limit_tripped}};
  SUBCASE("a suspension is lifted") {
    auto after = before;
    after.memberships[0].suspended = false;
    CHECK_FALSE(only_takes_away(before, after));
  }
  SUBCASE("a limit is cleared") {
    auto after = before;
    after.session_admin_states.clear();
    CHECK_FALSE(only_takes_away(before, after));
  }
}
