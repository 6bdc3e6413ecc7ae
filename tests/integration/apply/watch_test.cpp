#include <algorithm>

#include <doctest/doctest.h>

#include "core/service/route_server_watch.h"
#include "core/store/drain_store.h"
#include "core/store/drift_store.h"
#include "core/store/freeze_store.h"
#include "core/store/watch_store.h"
#include "tests/integration/apply/apply_world.h"
#include "tests/support/templates_in_use.h"

using namespace ztix;
using namespace ztix::test;
using namespace std::chrono_literals;
using domain::DriftKind;
using domain::RouteServerState;
using Verdict = service::JobOutcome::Verdict;

namespace {

const service::Actor kAdmin{service::ActorKind::cli, std::nullopt, "root", "", ""};

/// An exchange that is looked at.
struct WatchedWorld : ApplyWorld {
  service::JobOutcome look(const std::string& name) {
    const auto job = claimed("rs.probe", "route_server:" + name);
    const auto outcome = watching.run(job);
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }
  std::vector<service::Drift> open() { return drift.drifts(true, 100).value(); }
  bool has(DriftKind kind) {
    const auto all = open();
    return std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.difference.kind == kind; });
  }
  int audited(const std::string& action) {
    return world.database.sql("SELECT count(*) AS n FROM audit WHERE action = $1", {action}).one().get<int>("n");
  }
  std::string session(const service::Request& request, AddressFamily family) {
    return domain::protocol_name(request.asn, 1, request.network_number, family);
  }

  store::Database& pool{world.worker};
  store::PgWatchStore watch{pool};
  store::PgDriftStore drift{pool};
  store::PgFreezeStore freezes_of_admin{world.app};
  store::PgDrainStore drains{world.app};
  store::PgDrainStore drains_of_worker{pool};
  service::RouteServerWatch watching{{world.apply(), watch, drift, hosts}, 60s};
};

/// No apply waits any more.
void settle(WatchedWorld& exchange, const std::string& name) {
  for (int rounds = 0; exchange.has_job("rs.apply", "route_server:" + name); ++rounds) {
    REQUIRE(rounds < 10);
    REQUIRE(exchange.run(name).verdict == Verdict::done);
  }
}

}  // namespace

TEST_CASE("A host that is as confirmed shows no difference, and the look puts itself back") {
  WatchedWorld exchange;
  exchange.ready_route_server(1);
  settle(exchange, "rs1");
  const auto outcome = exchange.look("rs1");
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.delay == 60s);
  CHECK(exchange.open().empty());
}

TEST_CASE("A difference is one event however often it is seen, and ends when it is gone") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv6);

  host.switch_by_hand(session, false);
  for (int i = 0; i < 3; ++i) exchange.look("rs1");
  REQUIRE(exchange.open().size() == 1);
  const auto found = exchange.open().front();
  CHECK(found.difference.kind == DriftKind::session_disabled);
  CHECK(found.difference.subject == session);
  CHECK(found.difference.diff == "- enabled\n+ disabled by hand");
  CHECK(exchange.audited("drift.found") == 1);
  CHECK_FALSE(host.is_on(session));  // giving it back is for the person who took it

  host.switch_by_hand(session, true);
  exchange.look("rs1");
  CHECK(exchange.open().empty());
  CHECK(exchange.audited("drift.gone") == 1);
}

TEST_CASE(
    "A limit that a look has seen is written down, and survives applies and a restart of BIRD until it is cleared") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv4);
  host.hit_limit(session);
  exchange.look("rs1");
  CHECK(exchange.audited("session.limit_tripped") == 1);
  settle(exchange, "rs1");
  CHECK_FALSE(host.is_on(session));
  CHECK(host.is_on(exchange.session(request, AddressFamily::ipv6)));

  exchange.publish(exchange.member(64497));
  settle(exchange, "rs1");
  CHECK_FALSE(host.is_on(session));
  host.kill_bird();
  host.start_bird();
  CHECK_FALSE(host.is_on(session));
  exchange.look("rs1");
  CHECK(exchange.audited("session.limit_tripped") == 1);
  CHECK(exchange.open().empty());
}

TEST_CASE("A limit that no look has seen is written down by an apply before it arms anything") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv4);
  host.hit_limit(session);
  exchange.publish(exchange.member(64497));
  CHECK(exchange.run("rs1").verdict == Verdict::done);
  CHECK_FALSE(host.is_on(session));
  const auto newest = exchange.newest("rs1");
  REQUIRE(newest.session_admin_states.size() == 1);
  CHECK(newest.session_admin_states[0].state == domain::AdminState::limit_tripped);
  CHECK(exchange.record("rs1").confirmed_revision == newest.revision);
}

TEST_CASE("A session that somebody switched on although it shall be down is switched off again") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv4);
  host.hit_limit(session);
  exchange.look("rs1");
  settle(exchange, "rs1");
  host.switch_by_hand(session, true);
  exchange.look("rs1");
  CHECK_FALSE(host.is_on(session));
  CHECK(exchange.audited("drift.repaired") == 1);
}

TEST_CASE("Files that somebody edited are stored again while BIRD runs what was confirmed") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  settle(exchange, "rs1");
  const auto reconfigured = host.calls();
  SUBCASE("the boot file") {
    host.corrupt(host.boot_root());
    exchange.look("rs1");
    CHECK(exchange.has(DriftKind::files_damaged));
  }
  SUBCASE("the link to it") {
    host.boot_by_hand();
    exchange.look("rs1");
    CHECK(exchange.has(DriftKind::boot_differs));
  }
  settle(exchange, "rs1");
  exchange.look("rs1");
  CHECK(exchange.open().empty());
  CHECK(host.boot_root() == exchange.world.apply().subject("rs1").value().confirmed->file_digest);
  const auto calls = host.calls();
  CHECK(std::count(calls.begin(), calls.end(), "arm") == std::count(reconfigured.begin(), reconfigured.end(), "arm"));
}

TEST_CASE("Files are stored again although the look that found them did not come to its end") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv4);
  host.hit_limit(session);
  exchange.look("rs1");
  settle(exchange, "rs1");
  host.switch_by_hand(session, true);
  host.corrupt(host.boot_root());
  host.lose_call("disable");
  exchange.look("rs1");
  exchange.look("rs1");
  settle(exchange, "rs1");
  exchange.look("rs1");
  CHECK_FALSE(exchange.has(DriftKind::files_damaged));
  CHECK_FALSE(host.is_on(session));
}

TEST_CASE("A configuration that somebody loaded by hand is reported and nothing is overwritten") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  settle(exchange, "rs1");
  host.configure_by_hand();
  exchange.look("rs1");
  CHECK(exchange.has(DriftKind::running_differs));
  CHECK_FALSE(exchange.has_job("rs.apply", "route_server:rs1"));
}

TEST_CASE("Nothing is judged while an apply runs on the host") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.publish(exchange.member(64496));
  settle(exchange, "rs1");
  const auto running = exchange.applying("rs1");
  host.configure_by_hand();
  exchange.look("rs1");
  CHECK(exchange.open().empty());
  exchange.done(running);
  exchange.look("rs1");
  CHECK(exchange.has(DriftKind::running_differs));
}

TEST_CASE("A hand that configures while a revision is armed is noted, and the apply starts over") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  settle(exchange, "rs1");
  const auto request = exchange.member(64496);
  exchange.publish(request);
  host.after_next_arm([](FakeBird& bird) { bird.undo(); });
  CHECK(exchange.run("rs1").verdict != Verdict::done);
  CHECK(exchange.audited("drift.found") == 1);
  settle(exchange, "rs1");
  CHECK(exchange.state(request) == domain::RequestState::active);
}

TEST_CASE("What an urgent order switched off on the host is switched on when nobody wants it down any more") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv6);
  const auto fence = exchange.world.apply().subject("rs1").value();
  const service::HostCredential who{fence.installation, host.fence(), "1"};
  REQUIRE(exchange.host("rs1")->disable(who, {session}));
  exchange.look("rs1");
  CHECK(exchange.open().empty());  // kept down by us, not by a stranger's hand
  exchange.publish(exchange.member(64497));
  settle(exchange, "rs1");
  CHECK(host.is_on(session));
}

TEST_CASE("Sessions are shown as never up, up, down, over the limit and switched off") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  settle(exchange, "rs1");
  const auto session = exchange.session(request, AddressFamily::ipv6);
  const auto health = [&] {
    exchange.look("rs1");
    const auto all = exchange.watch.sessions_of(*request.membership_id).value();
    for (const auto& each : all) {
      if (each.family == AddressFamily::ipv6) return each.health;
    }
    FAIL("the session is not shown");
    return domain::SessionHealth::down;
  };
  CHECK(health() == domain::SessionHealth::never_up);
  host.establish(session);
  CHECK(health() == domain::SessionHealth::up);
  host.kill_bird();
  CHECK(health() == domain::SessionHealth::down);
  host.start_bird();
  CHECK(health() == domain::SessionHealth::down);
  host.switch_by_hand(session, false);
  CHECK(health() == domain::SessionHealth::disabled);
  host.switch_by_hand(session, true);
  host.hit_limit(session);
  CHECK(health() == domain::SessionHealth::limit);
}

TEST_CASE("Under a freeze nothing is applied but what only takes away") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  const auto member = exchange.member(64496);
  exchange.publish(member);
  settle(exchange, "rs1");
  const auto before = host.running_digest();
  REQUIRE(exchange.freezes_of_admin.set({domain::FreezeScope::route_server, "rs1", std::nullopt, "test"}, kAdmin));

  SUBCASE("a new member waits until it is lifted") {
    const auto request = exchange.member(64497);
    exchange.publish(request);
    CHECK(exchange.run("rs1").verdict == Verdict::snooze);
    CHECK(host.running_digest() == before);
    REQUIRE(exchange.freezes_of_admin.lift(domain::FreezeScope::route_server, "rs1", kAdmin));
    settle(exchange, "rs1");
    CHECK(exchange.state(request) == domain::RequestState::active);
  }
  SUBCASE("a limit is written down and applied") {
    const auto session = exchange.session(member, AddressFamily::ipv4);
    host.hit_limit(session);
    exchange.look("rs1");
    settle(exchange, "rs1");
    CHECK(host.running_digest() != before);
    CHECK_FALSE(host.is_on(session));
  }
  SUBCASE("another version of the program brings nothing, not even along with a limit") {
    const TemplatesInUse newer(
        {{"policy.mustache", "function ztix_scrub()\n{\n", "function ztix_scrub()\n{\n\t# newer\n"}});
    REQUIRE(exchange.world.apply().publish_release(domain::PolicyDefinition::standard(),
                                                   render::bird_templates_digest(), kAdmin));
    CHECK(exchange.run("rs1").verdict == Verdict::snooze);
    const auto session = exchange.session(member, AddressFamily::ipv4);
    host.hit_limit(session);
    exchange.look("rs1");
    CHECK(exchange.run("rs1").verdict == Verdict::snooze);
    CHECK(host.running_digest() == before);
    CHECK_FALSE(host.is_on(session));
  }
}

TEST_CASE("A freeze ends by itself, is told once, and names what there is") {
  WatchedWorld exchange;
  auto& freezes = exchange.freezes_of_admin;
  CHECK(freezes.set({domain::FreezeScope::network, "8056c2e21c00ffff", std::nullopt, "x"}, kAdmin).error().code ==
        ErrorCode::not_found);
  CHECK(freezes.lift(domain::FreezeScope::all, "", kAdmin).error().code == ErrorCode::not_found);
  REQUIRE(freezes.set({domain::FreezeScope::all, "", std::nullopt, "first"}, kAdmin));
  REQUIRE(freezes.set({domain::FreezeScope::all, "", std::nullopt, "second"}, kAdmin));
  REQUIRE(freezes.active().value().size() == 1);
  CHECK(freezes.active().value().front().what.reason == "second");
  exchange.world.database.sql("UPDATE \"freeze\" SET until = now() - INTERVAL '1 second'");
  CHECK(freezes.active().value().empty());
}

TEST_CASE("A route server is drained, tells its members, closes their sessions, and returns with everything it needs") {
  WatchedWorld exchange;
  auto& host = exchange.ready_route_server(1);
  exchange.ready_route_server(2);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  const auto session = exchange.session(request, AddressFamily::ipv6);
  const auto settle_both = [&] {
    settle(exchange, "rs1");
    settle(exchange, "rs2");
    exchange.look("rs1");
    exchange.look("rs2");
  };
  const auto state = [&] { return exchange.record("rs1").config.state; };
  host.set_roa_count("ztix_roa_v4", 100);
  settle_both();

  REQUIRE(exchange.drains.drain({"rs1", 0s, false, "new disk"}, kAdmin));
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 1);  // begun
  CHECK(state() == RouteServerState::draining);
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 0);  // nobody was told yet
  settle_both();
  CHECK(host.is_on(session));
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 1);  // told
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 1);  // closed
  CHECK(state() == RouteServerState::maintenance);
  settle_both();
  CHECK_FALSE(host.is_on(session));
  CHECK(exchange.open().empty());

  // It goes on following, without counting.
  const auto newcomer = exchange.member(64497);
  exchange.publish(newcomer);
  settle(exchange, "rs2");
  CHECK(exchange.state(newcomer) == domain::RequestState::active);
  settle_both();

  REQUIRE(exchange.drains.give_back("rs1", kAdmin));
  host.set_roa_count("ztix_roa_v4", 50);
  exchange.hosts.at("rs2").set_roa_count("ztix_roa_v4", 100);
  settle_both();
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 0);  // half of the ROAs are missing
  host.set_roa_count("ztix_roa_v4", 96);
  settle_both();
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 1);
  settle_both();
  CHECK(state() == RouteServerState::enabled);
  CHECK(host.is_on(session));
  CHECK(exchange.drains_of_worker.advance(kAdmin).value() == 1);  // it is over
  CHECK(exchange.drains.drains().value().empty());
}

TEST_CASE("The last route server that is enabled and up is drained only with a reason") {
  WatchedWorld exchange;
  exchange.ready_route_server(1);
  exchange.ready_route_server(2);
  settle(exchange, "rs1");
  settle(exchange, "rs2");
  SUBCASE("the other one does not answer") {
    exchange.hosts.at("rs2").kill_bird();
    exchange.look("rs2");
  }
  SUBCASE("the other one is being drained too") {
    exchange.look("rs1");
    exchange.look("rs2");
    REQUIRE(exchange.drains.drain({"rs2", 0s, false, ""}, kAdmin));
  }
  CHECK(exchange.drains.drain({"rs1", 0s, false, ""}, kAdmin).error().reason == "last_one");
  CHECK(exchange.drains.drain({"rs1", 0s, true, ""}, kAdmin).error().code == ErrorCode::invalid_argument);
  CHECK(exchange.drains.drain({"rs1", 0s, true, "power"}, kAdmin));
}
