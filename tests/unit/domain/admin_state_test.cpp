#include "core/domain/admin_state.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using domain::AdminState;
using domain::RouteServerState;

namespace {

struct Exchange {
  Exchange() { add_member(snapshot, 1000001); }
  [[nodiscard]] AdminState v4() const { return state(AddressFamily::ipv4); }
  [[nodiscard]] AdminState v6() const { return state(AddressFamily::ipv6); }
  [[nodiscard]] AdminState state(AddressFamily family) const {
    return domain::admin_state(snapshot, snapshot.memberships.front(), family);
  }
  domain::ConfigSnapshot snapshot = empty_snapshot();
};

}  // namespace

TEST_CASE("A session that nothing is said about is enabled") {
  const Exchange exchange;
  CHECK(exchange.v4() == AdminState::enabled);
  CHECK(exchange.v6() == AdminState::enabled);
  CHECK(domain::sessions_to_keep_down(exchange.snapshot).empty());
}

TEST_CASE("A suspension holds for every session of the member") {
  Exchange exchange;
  exchange.snapshot.memberships.front().suspended = true;
  CHECK(exchange.v4() == AdminState::suspended);
  CHECK(exchange.v6() == AdminState::suspended);
}

TEST_CASE("A tripped limit holds for its own session") {
  Exchange exchange;
  exchange.snapshot.session_admin_states = {{1, AddressFamily::ipv6, AdminState::limit_tripped}};
  CHECK(exchange.v4() == AdminState::enabled);
  CHECK(exchange.v6() == AdminState::limit_tripped);
}

TEST_CASE("Lifting one cause of being down never lifts another") {
  Exchange exchange;
  exchange.snapshot.memberships.front().suspended = true;
  exchange.snapshot.route_server.state = RouteServerState::maintenance;
  exchange.snapshot.session_admin_states = {{1, AddressFamily::ipv4, AdminState::limit_tripped}};
  CHECK(exchange.v4() == AdminState::suspended);
  exchange.snapshot.memberships.front().suspended = false;
  CHECK(exchange.v4() == AdminState::drained);
  exchange.snapshot.route_server.state = RouteServerState::enabled;
  CHECK(exchange.v4() == AdminState::limit_tripped);
  CHECK(exchange.v6() == AdminState::enabled);
  exchange.snapshot.session_admin_states.clear();
  CHECK(exchange.v4() == AdminState::enabled);
}

TEST_CASE("A route server that is draining still carries its sessions, and one in maintenance does not") {
  for (const auto state : domain::kRouteServerStates) {
    const bool carries =
        state == RouteServerState::joining || state == RouteServerState::enabled || state == RouteServerState::draining;
    CHECK(domain::keeps_sessions_down(state) != carries);
  }
}

TEST_CASE("What is kept down on a host is every session that exists there and is not enabled") {
  Exchange exchange;
  add_member(exchange.snapshot, 1000002).suspended = true;
  add_member(exchange.snapshot, 1000003).ipv4.reset();
  exchange.snapshot.memberships.back().suspended = true;
  exchange.snapshot.session_admin_states = {{1, AddressFamily::ipv4, AdminState::limit_tripped}};
  CHECK(domain::sessions_to_keep_down(exchange.snapshot) ==
        std::vector<std::string>{"as1000001_0001_n1_v4", "as1000002_0001_n1_v4", "as1000002_0001_n1_v6",
                                 "as1000003_0001_n1_v6"});
}
