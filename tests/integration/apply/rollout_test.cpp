/// Several route servers and one revision: canary, waves, and what happens to the others when one of them fails.

#include <algorithm>
#include <set>

#include <doctest/doctest.h>

#include "core/store/revision.h"
#include "tests/integration/apply/rollout_world.h"

using namespace ztix;
using namespace ztix::test;
using domain::TurnVerdict;
using Verdict = service::JobOutcome::Verdict;

TEST_CASE("A revision is tried on one route server, and the others wait until it was confirmed there") {
  Rollout exchange(3);
  const auto first = exchange.canary();
  const auto later = exchange.others(first, 3);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  for (const auto& name : later) {
    CHECK(exchange.run_waiting(name).verdict == Verdict::parked);
    CHECK(exchange.is_parked(name));
    CHECK(exchange.hosts.at(name).running_revision() < revision);
    CHECK(exchange.delivery(request, name).last_step.find(first + " goes first") != std::string::npos);
  }
  CHECK(exchange.run_waiting(first).verdict == Verdict::done);
  CHECK(exchange.turn(first, revision)->turn == 1);
  CHECK(exchange.turn(first, revision)->verdict == TurnVerdict::confirmed);
  // Waves of one: exactly one of the two is woken.
  CHECK(exchange.is_due(later[0]) != exchange.is_due(later[1]));
  exchange.settle();
  CHECK(exchange.state(request) == domain::RequestState::active);
  for (const auto& name : later) CHECK(exchange.hosts.at(name).running_revision() == revision);
}

TEST_CASE("Who had to wait for its turn checks its configuration a second time only when BIRD was started anew") {
  Rollout exchange(2);
  const auto first = exchange.canary();
  const auto later = exchange.others(first, 2).front();
  auto& host = exchange.hosts.at(later);
  const auto count = [&host](const std::string& verb) {
    const auto calls = host.calls();
    return std::count(calls.begin(), calls.end(), verb);
  };
  const auto revision = exchange.publish(exchange.member(64496));
  CHECK(exchange.run_waiting(later).verdict == Verdict::parked);
  const auto checks = count("check");
  const auto uploads = count("put");
  SUBCASE("not when it is the same BIRD") {
    exchange.settle();
    CHECK(count("check") == checks);
  }
  SUBCASE("when it was started anew") {
    host.kill_bird();
    host.start_bird();
    exchange.settle();
    CHECK(count("check") == checks + 1);
  }
  CHECK(count("put") == uploads);
  CHECK(host.running_revision() == revision);
}

TEST_CASE("The next revision is tried on another route server") {
  Rollout exchange(2);
  const auto first = exchange.canary();
  exchange.publish(exchange.member(64496));
  exchange.settle();
  const auto second = exchange.canary();
  CHECK(first != second);
  const auto revision = exchange.publish(exchange.member(64497));
  exchange.settle();
  CHECK(exchange.turn(second, revision)->turn == 1);
  CHECK(exchange.turn(first, revision)->turn == 2);
}

TEST_CASE("Two changes published before the first canary begins are one revision applied") {
  Rollout exchange(2);
  const auto one = exchange.member(64496);
  const auto two = exchange.member(64497);
  const auto older = exchange.publish(one);
  const auto newer = exchange.publish(two);
  exchange.settle();
  for (const std::string name : {"rs1", "rs2"}) {
    CHECK_FALSE(exchange.turn(name, older));
    CHECK(exchange.turn(name, newer)->verdict == TurnVerdict::confirmed);
  }
  CHECK(exchange.state(one) == domain::RequestState::active);
  CHECK(exchange.state(two) == domain::RequestState::active);
}

TEST_CASE("A canary that cannot be reached is skipped and catches up straight to the newest revision") {
  Rollout exchange(2);
  const auto lost = exchange.canary();
  const auto other = exchange.others(lost, 2).front();
  exchange.hosts.at(lost).set_reachable(false);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  CHECK(exchange.run_waiting(other).verdict == Verdict::parked);  // nobody knows yet
  CHECK(exchange.run_waiting(lost).verdict == Verdict::snooze);
  REQUIRE(exchange.is_due(other));
  CHECK(exchange.run_waiting(other).verdict == Verdict::done);
  CHECK(exchange.record(lost).diverged);
  CHECK(exchange.state(request) == domain::RequestState::provisioning);
  const auto newest = exchange.publish(exchange.member(64497));
  CHECK(exchange.run_waiting(other).verdict == Verdict::done);
  exchange.hosts.at(lost).set_reachable(true);
  CHECK(exchange.run_waiting(lost).verdict == Verdict::done);
  CHECK(exchange.hosts.at(lost).running_revision() == newest);
  CHECK(exchange.state(request) == domain::RequestState::active);
}

TEST_CASE("One that is lost while armed keeps the others waiting until a probe saw it unarmed") {
  Rollout exchange(2);
  const auto lost = exchange.canary();
  const auto other = exchange.others(lost, 2).front();
  const auto revision = exchange.publish(exchange.member(64496));
  exchange.hosts.at(lost).lose_answer("arm");
  CHECK(exchange.run_waiting(lost).verdict == Verdict::snooze);
  CHECK(exchange.turn(lost, revision)->verdict == TurnVerdict::unreachable);
  CHECK(exchange.run_waiting(other).verdict == Verdict::parked);
  SUBCASE("it answers again") {
    exchange.run_waiting(lost);
    exchange.settle();
  }
  SUBCASE("its timer is certainly over") {
    exchange.world.database.sql("UPDATE rollout SET armed_until = now() - interval '1 second'");
    CHECK(exchange.world.rollout().wake_waiting().value() == 1);
    CHECK(exchange.run_waiting(other).verdict == Verdict::done);
  }
  CHECK(exchange.hosts.at(other).running_revision() == revision);
}

TEST_CASE("A worker killed in its turn does not end it: the next run of the same job takes it up again") {
  Rollout exchange(2);
  const auto first = exchange.canary();
  const auto other = exchange.others(first, 2).front();
  const auto revision = exchange.publish(exchange.member(64496));
  // As after kill -9 between A7 and A8: the host is armed, the job runs on a lease that ends.
  const auto id = exchange.world.database
                      .sql("SELECT id FROM job WHERE state = 'ready' AND subject = $1", {"route_server:" + first})
                      .one()
                      .get<std::int64_t>("id");
  const auto job = exchange.world.jobs().claim_one("w1", 60s, id).value().value();
  bool armed = false;
  exchange.hosts.at(first).after_next_arm([&](FakeBird&) { armed = true; });
  CHECK(exchange.engine.run(job, [&] { return !armed; }).verdict == Verdict::fenced);
  CHECK(exchange.hosts.at(first).is_armed());
  CHECK(exchange.turn(first, revision)->verdict == TurnVerdict::taken);
  CHECK(exchange.run_waiting(other).verdict == Verdict::parked);
  exchange.world.database.sql("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = $1", {job.id});
  exchange.settle();
  CHECK(exchange.turn(first, revision)->verdict == TurnVerdict::confirmed);
  CHECK(exchange.hosts.at(other).running_revision() == revision);
}

TEST_CASE("A turn whose job is gone for good ends, and the others go on") {
  Rollout exchange(2);
  const auto first = exchange.canary();
  const auto other = exchange.others(first, 2).front();
  const auto revision = exchange.publish(exchange.member(64496));
  const auto id = exchange.world.database
                      .sql("SELECT id FROM job WHERE state = 'ready' AND subject = $1", {"route_server:" + first})
                      .one()
                      .get<std::int64_t>("id");
  const auto job = exchange.world.jobs().claim_one("w1", 60s, id).value().value();
  REQUIRE(exchange.world.rollout().take_turn(job, first, {revision, domain::ChangeClass::peers_only, 0, 0ms}));
  CHECK(exchange.run_waiting(other).verdict == Verdict::parked);
  exchange.world.database.sql("UPDATE job SET state = 'dead', finished_at = now(), lease_until = NULL WHERE id = $1",
                              {job.id});
  CHECK(exchange.world.rollout().wake_waiting().value() == 1);
  CHECK(exchange.turn(first, revision)->verdict == TurnVerdict::abandoned);
  CHECK(exchange.run_waiting(other).verdict == Verdict::done);
}

TEST_CASE("A lost notification loses nothing: the sweep wakes whose turn it is") {
  Rollout exchange(2);
  const auto first = exchange.canary();
  const auto other = exchange.others(first, 2).front();
  exchange.publish(exchange.member(64496));
  CHECK(exchange.run_waiting(other).verdict == Verdict::parked);
  CHECK(exchange.world.rollout().wake_waiting().value() == 0);  // it is not its turn yet
  CHECK(exchange.run_waiting(first).verdict == Verdict::done);
  exchange.world.database.sql("UPDATE job SET run_at = 'infinity' WHERE state = 'ready'");
  CHECK(exchange.world.rollout().wake_waiting().value() == 1);
  CHECK(exchange.run_waiting(other).verdict == Verdict::done);
}

TEST_CASE("A harmful revision reaches the canary alone, also when it is retried or superseded") {
  Rollout exchange(3);
  const auto member = exchange.member(64496);
  exchange.publish(member);
  exchange.settle();
  const auto first = exchange.canary();
  const auto protocol = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  for (const std::string name : {"rs1", "rs2", "rs3"}) exchange.hosts.at(name).establish(protocol);
  const auto good = exchange.hosts.at(first).running_revision();
  std::map<std::string, std::vector<std::string>> calls;
  for (const auto& name : exchange.others(first, 3)) calls[name] = exchange.hosts.at(name).calls();

  exchange.publish(exchange.member(64497));
  const auto harm = [&] { exchange.hosts.at(first).after_next_arm([&](FakeBird& bird) { bird.lose(protocol); }); };
  harm();
  CHECK(exchange.run_waiting(first).verdict == Verdict::retry);
  for (const auto& name : exchange.others(first, 3)) CHECK(exchange.run_waiting(name).verdict == Verdict::parked);
  exchange.publish(exchange.member(64498));
  for (const auto& name : exchange.others(first, 3)) CHECK(exchange.run_waiting(name).verdict == Verdict::parked);
  exchange.hosts.at(first).establish(protocol);
  harm();
  exchange.run_waiting(first);
  CHECK(exchange.hosts.at(first).running_revision() == good);
  for (const auto& name : exchange.others(first, 3)) {
    CHECK(exchange.hosts.at(name).running_revision() == good);
    const auto now = exchange.hosts.at(name).calls();
    CHECK(std::count(now.begin(), now.end(), "arm") == std::count(calls[name].begin(), calls[name].end(), "arm"));
  }
}

TEST_CASE("A shared change waits for an administrator when no other route server is known to be up") {
  Rollout exchange(2);
  exchange.hosts.at("rs1").set_reachable(false);
  auto policy = domain::PolicyDefinition::standard();
  policy.max_path_length -= 1;
  REQUIRE(exchange.world.apply().publish_release(policy, digest("t1"), delivery_admin()));
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::snooze);
  CHECK(exchange.run_waiting("rs2").verdict == Verdict::parked);
  CHECK(exchange.record("rs2").last_error.find("--last-one") != std::string::npos);
  CHECK(exchange.world.rollout().wake_waiting().value() == 0);
  service::RolloutPermission permission;
  permission.route_server = "rs2";
  permission.last_one = true;
  CHECK(exchange.world.rollout_as_admin().permit(permission, delivery_admin()).error().code ==
        ErrorCode::invalid_argument);
  permission.reason = "rs1 is broken for a week";
  REQUIRE(exchange.world.rollout_as_admin().permit(permission, delivery_admin()));
  CHECK(exchange.run_waiting("rs2").verdict == Verdict::done);
  CHECK(contains(exchange.actions("route_server", "rs2"), "rollout.last_one_allowed"));
}

TEST_CASE("The only route server takes shared changes once an administrator has said so for good") {
  Rollout exchange(1);
  service::RolloutPermission permission{"rs1", true, true, 0, "we have only this one"};
  const auto publish = [&](unsigned length) {
    auto policy = domain::PolicyDefinition::standard();
    policy.max_path_length = length;
    REQUIRE(exchange.world.apply().publish_release(policy, digest("t1"), delivery_admin()));
  };
  publish(31);
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::parked);
  REQUIRE(exchange.world.rollout_as_admin().permit(permission, delivery_admin()));
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::done);
  publish(30);
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::done);
}

namespace {

/// Two route servers with a member whose session is up, and culprits: wherever one of them is armed, it goes down.
struct Harm : Rollout {
  Harm() : Rollout(2) {
    publish(member(64496));
    settle();
    for (const std::string name : {"rs1", "rs2"}) {
      come_up(name);
      watch(name);
    }
    // What harm cost comes back once it is undone.
    after_run = [this] {
      for (const std::string name : {"rs1", "rs2"}) come_up(name);
    };
  }

  /// Long enough for its loss to be the change's doing.
  void come_up(const std::string& name) {
    hosts.at(name).establish(kSession);
    hosts.at(name).advance(std::chrono::seconds(61));
  }

  void watch(const std::string& name) {
    hosts.at(name).after_next_arm([this, name](FakeBird& bird) {
      ++arms[name];
      for (const auto& culprit : culprits) {
        if (bird.running().protocols.contains(culprit)) bird.lose(kSession);
      }
      watch(name);
    });
  }

  /// As time passes: retries become due and lost sessions come back.
  void settle_with_retries() {
    for (int round = 0; round < 60; ++round) {
      settle();
      for (const std::string name : {"rs1", "rs2"}) come_up(name);
      world.database.sql(
          "UPDATE job SET run_at = now() WHERE state = 'ready' AND run_at > now() AND run_at <> 'infinity'");
    }
  }

  static inline const std::string kSession = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  std::set<std::string> culprits;
  std::map<std::string, int> arms;
};

}  // namespace

TEST_CASE("What a restart of BIRD costs holds nobody: the change waits until the sessions are back") {
  Rollout exchange(1);
  exchange.publish(exchange.member(64496));
  exchange.settle();
  const auto session = domain::protocol_name(as_number(64496), 1, 1, AddressFamily::ipv6);
  auto& host = exchange.hosts.at("rs1");
  host.establish(session);
  host.advance(std::chrono::seconds(61));
  const auto newcomer = exchange.member(64497);
  exchange.publish(newcomer);
  host.after_next_arm([](FakeBird& bird) { bird.kill(); });
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::snooze);
  host.start_bird();
  for (int run = 0; run < 3; ++run) {
    const auto outcome = exchange.run_waiting("rs1");
    CHECK(outcome.verdict == Verdict::snooze);
    CHECK(outcome.error.find("started anew") != std::string::npos);
    CHECK_FALSE(host.is_armed());
  }
  host.establish(session);
  CHECK(exchange.run_waiting("rs1").verdict == Verdict::done);
  exchange.settle();
  CHECK(exchange.state(newcomer) == domain::RequestState::active);
  CHECK(exchange.world.database.sql("SELECT coalesce(sum(harms), 0) AS n FROM rollout").one().get<int>("n") == 0);
}

TEST_CASE("After harm, changes go out one at a time until the culprit is found, and only that one is held") {
  Harm exchange;
  exchange.culprits = {domain::protocol_name(as_number(64498), 1, 1, AddressFamily::ipv6)};
  std::vector<Request> requests;
  for (std::uint64_t number = 64497; number <= 64500; ++number) requests.push_back(exchange.member(number));
  for (const auto& request : requests) exchange.publish(request);
  exchange.settle_with_retries();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    CAPTURE(i);
    const bool is_culprit = i == 1;
    CHECK(exchange.state(requests[i]) == (is_culprit ? domain::RequestState::failed : domain::RequestState::active));
    CHECK(exchange.now(requests[i]).held == is_culprit);
    CHECK(exchange.is_rendered("rs1", requests[i]) != is_culprit);
  }
  // Twice coalesced and twice alone: the second host of each try was never harmed.
  CHECK(exchange.world.database.sql("SELECT sum(harms) AS n FROM rollout").one().get<int>("n") == 4);
  CHECK(exchange.world.database.sql("SELECT count(*) AS n FROM rollout_search WHERE ended_at IS NULL")
            .one()
            .get<int>("n") == 0);
  SUBCASE("and what comes later is not held up by it") {
    const auto later = exchange.member(64501);
    exchange.publish(later);
    exchange.settle_with_retries();
    CHECK(exchange.state(later) == domain::RequestState::active);
  }
}

TEST_CASE("Two culprits among several changes are both found") {
  Harm exchange;
  exchange.culprits = {domain::protocol_name(as_number(64497), 1, 1, AddressFamily::ipv6),
                       domain::protocol_name(as_number(64499), 1, 1, AddressFamily::ipv6)};
  std::vector<Request> requests;
  for (std::uint64_t number = 64497; number <= 64500; ++number) requests.push_back(exchange.member(number));
  for (const auto& request : requests) exchange.publish(request);
  exchange.settle_with_retries();
  CHECK(exchange.state(requests[0]) == domain::RequestState::failed);
  CHECK(exchange.state(requests[1]) == domain::RequestState::active);
  CHECK(exchange.state(requests[2]) == domain::RequestState::failed);
  CHECK(exchange.state(requests[3]) == domain::RequestState::active);
}

TEST_CASE("A harmful policy is made what it was, stays out, and later changes are not held up by it") {
  Harm exchange;
  auto policy = domain::PolicyDefinition::standard();
  policy.max_path_length = 3;
  const auto lose = [&](const std::string& name) {
    exchange.hosts.at(name).after_next_arm([](FakeBird& bird) { bird.lose(Harm::kSession); });
  };
  REQUIRE(exchange.world.apply().publish_release(policy, digest("t1"), delivery_admin()));
  const auto first = exchange.canary();
  lose(first);
  CHECK(exchange.run_waiting(first).verdict == Verdict::retry);
  exchange.come_up(first);
  lose(first);
  exchange.run_waiting(first);
  exchange.settle_with_retries();
  for (const std::string name : {"rs1", "rs2"}) {
    CHECK(exchange.newest(name).policy == domain::PolicyDefinition::standard());
    CHECK(exchange.record(name).confirmed_revision == exchange.record(name).wanted_revision);
  }
  const auto newest = exchange.newest("rs1").revision;
  CHECK(exchange.world.apply().publish_release(policy, digest("t1"), delivery_admin()).value() == newest);
  const auto later = exchange.member(64501);
  exchange.publish(later);
  exchange.settle_with_retries();
  CHECK(exchange.state(later) == domain::RequestState::active);
  SUBCASE("until an administrator lets it be tried again") {
    REQUIRE(exchange.world.rollout_as_admin().retry("rs1", delivery_admin()));
    const auto before = exchange.newest("rs1").revision;
    CHECK(exchange.world.apply().publish_release(policy, digest("t1"), delivery_admin()).value() > before);
  }
}

TEST_CASE("A removal that does harm is not given back") {
  Harm exchange;
  const auto leaving = exchange.member(64497);
  exchange.publish(leaving);
  exchange.settle();
  const auto first = exchange.canary();
  const auto lose = [&] { exchange.hosts.at(first).after_next_arm([](FakeBird& bird) { bird.lose(Harm::kSession); }); };
  const auto snapshot = exchange.newest("rs1");
  const auto done = exchange.world.worker.transaction([&](store::Transaction& transaction) -> Result<Revision> {
    return store::next_revision(transaction, delivery_admin(), "test", {store::removed(snapshot.memberships.at(1))});
  });
  REQUIRE(done);
  lose();
  CHECK(exchange.run_waiting(first).verdict == Verdict::retry);
  exchange.come_up(first);
  lose();
  CHECK(exchange.run_waiting(first).verdict == Verdict::discard);
  CHECK_FALSE(exchange.is_rendered("rs1", leaving));
  const auto shown = exchange.record(first);
  CHECK(shown.last_step == "A8 verify");
  CHECK(shown.last_error.find("is not taken back") != std::string::npos);
  CHECK(shown.last_error.find("ztix rs diff " + first) != std::string::npos);
  const auto dead = exchange.world.jobs().jobs(domain::JobState::dead, 10).value();
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].last_error == shown.last_error);
  CHECK(exchange.newest("rs1").revision == *done);
}
