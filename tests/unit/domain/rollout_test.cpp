#include "core/domain/rollout.h"

#include <algorithm>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace ztix;
using namespace ztix::domain;
using Answer = TurnDecision::Answer;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Revision kBefore = 10;
constexpr Revision kNewest = 11;

/// n route servers that run kBefore and want kNewest, all reachable, at work and seen up just now.
struct Exchange {
  explicit Exchange(int n) {
    state.now = Timestamp(std::chrono::hours(1000));
    for (int i = 1; i <= n; ++i) {
      RolloutServer server;
      server.id = i;
      server.name = "rs" + std::to_string(i);
      server.is_at_work = true;
      server.confirmed = kBefore;
      server.wanted = kNewest;
      server.seen_up_at = state.now;
      state.servers.push_back(server);
    }
  }

  RolloutServer& server(int id) { return state.servers.at(static_cast<std::size_t>(id) - 1); }

  [[nodiscard]] TurnDecision ask(int id, ChangeClass change = ChangeClass::peers_only,
                                 Revision revision = kNewest) const {
    TurnWish wish;
    wish.route_server = id;
    wish.revision = revision;
    wish.change = change;
    return decide_turn(state, rules, wish);
  }

  /// Asks and, when granted, notes the turn.
  TurnDecision take(int id, ChangeClass change = ChangeClass::peers_only, Revision revision = kNewest) {
    const auto decision = ask(id, change, revision);
    if (decision.answer != Answer::granted) return decision;
    if (decision.turn == 1) server(id).last_canary_at = state.now;
    state.turns.push_back(
        {revision, id, decision.turn, TurnVerdict::taken, state.now, std::nullopt, state.now + seconds(75)});
    return decision;
  }

  void end(int id, TurnVerdict verdict) {
    for (auto& turn : state.turns) {
      if (turn.route_server != id || turn.verdict != TurnVerdict::taken) continue;
      turn.verdict = verdict;
      turn.ended_at = state.now;
      if (verdict != TurnVerdict::confirmed) continue;
      turn.armed_until.reset();
      server(id).confirmed = turn.revision;
      state.proven = std::max(state.proven, turn.revision);
    }
  }

  int taken() const {
    return static_cast<int>(std::count_if(state.turns.begin(), state.turns.end(),
                                          [](const auto& turn) { return turn.verdict == TurnVerdict::taken; }));
  }

  RolloutState state;
  RolloutRules rules{minutes(2), minutes(8), seconds(30), seconds(60)};
};

}  // namespace

TEST_CASE("The size of a wave leaves more than half of the route servers alone") {
  CHECK(wave_size(1) == 1);
  CHECK(wave_size(2) == 1);
  CHECK(wave_size(3) == 1);
  CHECK(wave_size(5) == 2);
  CHECK(wave_size(40) == 19);
  CHECK(quorum(1) == 1);
  CHECK(quorum(2) == 1);
  CHECK(quorum(3) == 2);
  CHECK(quorum(40) == 20);
}

TEST_CASE("One route server alone is its own canary") {
  Exchange exchange(1);
  const auto decision = exchange.take(1);
  CHECK(decision.answer == Answer::granted);
  CHECK(decision.turn == 1);
  CHECK(decision.revision == kNewest);
}

TEST_CASE("A revision reaches the second of two only after it was confirmed on the first") {
  Exchange exchange(2);
  REQUIRE(exchange.take(1).answer == Answer::granted);
  const auto early = exchange.take(2);
  CHECK(early.answer == Answer::wait);
  CHECK(early.wait == TurnWait::turn);
  CHECK(early.waits_for == "rs1");
  exchange.end(1, TurnVerdict::confirmed);
  const auto later = exchange.take(2);
  CHECK(later.answer == Answer::granted);
  CHECK(later.turn == 2);
}

TEST_CASE("The canary is who was canary longest ago, also when another one asks first") {
  Exchange exchange(3);
  exchange.server(1).last_canary_at = exchange.state.now - minutes(1);
  exchange.server(2).last_canary_at = exchange.state.now - minutes(9);
  exchange.server(3).last_canary_at = exchange.state.now - minutes(5);
  CHECK(exchange.take(1).waits_for == "rs2");
  CHECK(exchange.take(3).waits_for == "rs2");
  CHECK(exchange.take(2).turn == 1);
}

TEST_CASE("Who cannot be reached, has no job, or has nothing to take is skipped as canary") {
  Exchange exchange(2);
  SUBCASE("not reachable") { exchange.server(1).is_reachable = false; }
  SUBCASE("no job") { exchange.server(1).is_at_work = false; }
  SUBCASE("nothing wanted") { exchange.server(1).wanted = kBefore; }
  SUBCASE("not enabled") { exchange.server(1).state = RouteServerState::maintenance; }
  CHECK(exchange.take(2).turn == 1);
}

TEST_CASE("Of three, one at a time follows the canary") {
  Exchange exchange(3);
  REQUIRE(exchange.take(1).turn == 1);
  exchange.end(1, TurnVerdict::confirmed);
  REQUIRE(exchange.take(2).turn == 2);
  CHECK(exchange.take(3).waits_for == "rs2");
  exchange.end(2, TurnVerdict::confirmed);
  CHECK(exchange.take(3).turn == 3);
}

TEST_CASE("Of forty, nineteen follow the canary at the same time") {
  Exchange exchange(40);
  REQUIRE(exchange.take(1).turn == 1);
  for (int id = 2; id <= 40; ++id) CHECK(exchange.take(id).answer == Answer::wait);
  exchange.end(1, TurnVerdict::confirmed);
  for (int id = 2; id <= 40; ++id) exchange.take(id);
  CHECK(exchange.taken() == 19);
  exchange.end(5, TurnVerdict::confirmed);
  const auto next = exchange.take(30);
  CHECK(next.answer == Answer::granted);
  CHECK(next.turn == 3);
  CHECK(exchange.taken() == 19);
}

TEST_CASE("One's own turn is taken up again") {
  Exchange exchange(2);
  REQUIRE(exchange.take(1).turn == 1);
  CHECK(exchange.ask(1).answer == Answer::granted);
  CHECK(exchange.ask(1).turn == 1);
}

TEST_CASE("A canary that is not through stays the canary of the newer revision") {
  Exchange exchange(2);
  REQUIRE(exchange.take(1).turn == 1);
  for (auto& server : exchange.state.servers) server.wanted = kNewest + 1;
  CHECK(exchange.ask(2, ChangeClass::peers_only, kNewest + 1).waits_for == "rs1");
  CHECK(exchange.ask(1, ChangeClass::peers_only, kNewest + 1).turn == 1);
}

TEST_CASE("While another one tries a newer revision, what is proven already is taken") {
  Exchange exchange(5);
  REQUIRE(exchange.take(1).turn == 1);
  exchange.end(1, TurnVerdict::confirmed);
  for (auto& server : exchange.state.servers) server.wanted = kNewest + 1;
  REQUIRE(exchange.take(2, ChangeClass::peers_only, kNewest + 1).turn == 1);
  const auto decision = exchange.ask(3, ChangeClass::peers_only, kNewest + 1);
  CHECK(decision.answer == Answer::instead);
  CHECK(decision.revision == kNewest);
  CHECK(exchange.take(3, ChangeClass::peers_only, kNewest).answer == Answer::granted);
}

TEST_CASE("The bake lies between canary and wave and between waves, as long as the change reaches") {
  Exchange exchange(5);
  REQUIRE(exchange.take(1, ChangeClass::shared).turn == 1);
  exchange.end(1, TurnVerdict::confirmed);
  const auto early = exchange.take(2, ChangeClass::shared);
  CHECK(early.answer == Answer::wait);
  CHECK(early.wait == TurnWait::bake);
  CHECK(early.not_before == exchange.state.now + minutes(8));
  CHECK(exchange.ask(2, ChangeClass::filters).not_before == exchange.state.now + minutes(2));
  CHECK(exchange.ask(2, ChangeClass::peers_only).answer == Answer::granted);
  const auto pass = [&] {
    exchange.state.now += minutes(8);
    for (auto& server : exchange.state.servers) server.seen_up_at = exchange.state.now;
  };
  pass();
  CHECK(exchange.take(2, ChangeClass::shared).turn == 2);
  CHECK(exchange.take(3, ChangeClass::shared).turn == 2);
  exchange.end(2, TurnVerdict::confirmed);
  CHECK(exchange.take(4, ChangeClass::shared).waits_for == "rs3");
  exchange.end(3, TurnVerdict::confirmed);
  CHECK(exchange.take(4, ChangeClass::shared).wait == TurnWait::bake);
  pass();
  CHECK(exchange.take(4, ChangeClass::shared).turn == 3);
}

TEST_CASE("A shared change is never armed on the last one that is known to be up") {
  Exchange exchange(2);
  SUBCASE("the other one cannot be reached") { exchange.server(2).is_reachable = false; }
  SUBCASE("the other one was not seen for long") { exchange.server(2).seen_up_at = exchange.state.now - seconds(61); }
  SUBCASE("the other one was never seen") { exchange.server(2).seen_up_at.reset(); }
  SUBCASE("the other one is in maintenance") { exchange.server(2).state = RouteServerState::maintenance; }
  SUBCASE("the other one runs nothing confirmed") { exchange.server(2).confirmed = 0; }
  for (const auto change : {ChangeClass::filters, ChangeClass::shared, ChangeClass::restarts}) {
    CHECK(exchange.ask(1, change).wait == TurnWait::last_one);
  }
  CHECK(exchange.ask(1, ChangeClass::peers_only).answer == Answer::granted);
  TurnWish wish;
  wish.route_server = 1;
  wish.revision = kNewest;
  wish.may_be_last_one = true;
  CHECK(decide_turn(exchange.state, exchange.rules, wish).answer == Answer::granted);
}

TEST_CASE("Restarts that nobody asked for wait for an administrator who accepts so many") {
  Exchange exchange(2);
  TurnWish wish;
  wish.route_server = 1;
  wish.revision = kNewest;
  wish.change = ChangeClass::restarts;
  wish.restarts = 12;
  wish.accepted_restarts = 11;
  CHECK(decide_turn(exchange.state, exchange.rules, wish).wait == TurnWait::awaiting_acceptance);
  wish.accepted_restarts = 12;
  CHECK(decide_turn(exchange.state, exchange.rules, wish).answer == Answer::granted);
}

TEST_CASE("A route server that is not in service needs no turn and holds up nobody") {
  for (const auto state : {RouteServerState::joining, RouteServerState::maintenance, RouteServerState::draining}) {
    Exchange exchange(2);
    exchange.server(2).state = state;
    REQUIRE(exchange.take(1).turn == 1);
    const auto decision = exchange.ask(2, ChangeClass::shared);
    CHECK(decision.answer == Answer::granted);
    CHECK(decision.turn == 0);
  }
}

TEST_CASE("Harm that could not be taken back keeps a change from every other route server") {
  Exchange exchange(3);
  exchange.server(1).last_canary_at = exchange.state.now - minutes(9);
  exchange.server(2).last_canary_at = exchange.state.now - minutes(5);
  exchange.server(3).last_canary_at = exchange.state.now - minutes(1);
  REQUIRE(exchange.take(1, ChangeClass::shared).turn == 1);
  exchange.end(1, TurnVerdict::undone);
  for (const Revision revision : {kNewest, kNewest + 1}) {
    CHECK(exchange.ask(2, ChangeClass::shared, revision).waits_for == "rs1");
    CHECK(exchange.ask(3, ChangeClass::restarts, revision).waits_for == "rs1");
  }
  SUBCASE("the one that had it tries what comes next") {
    exchange.rules.bake_shared = seconds(0);
    CHECK(exchange.take(1, ChangeClass::shared, kNewest + 1).turn == 1);
    exchange.end(1, TurnVerdict::confirmed);
    CHECK(exchange.take(2, ChangeClass::shared, kNewest + 1).turn == 2);
  }
  SUBCASE("it cannot be reached any more") {
    exchange.server(1).is_reachable = false;
    CHECK(exchange.ask(2, ChangeClass::shared, kNewest + 1).turn == 1);
  }
  SUBCASE("another change has nothing of it: peers come or go") {
    CHECK(exchange.ask(2, ChangeClass::peers_only, kNewest + 1).turn == 1);
  }
}

TEST_CASE("One that was lost while armed keeps its place until its BIRD has certainly undone") {
  Exchange exchange(3);
  REQUIRE(exchange.take(1).turn == 1);
  exchange.end(1, TurnVerdict::unreachable);
  exchange.server(1).is_reachable = false;
  CHECK(exchange.ask(2).waits_for == "rs1");
  SUBCASE("its timer is over") { exchange.state.now += seconds(76); }
  SUBCASE("a probe saw it unarmed") { exchange.state.turns.front().armed_until.reset(); }
  CHECK(exchange.ask(2).turn == 1);
}

TEST_CASE("One that was lost while armed holds all up before a quorum, and nobody after it") {
  Exchange exchange(7);  // waves of three, quorum four
  REQUIRE(exchange.take(1).turn == 1);
  exchange.end(1, TurnVerdict::confirmed);
  for (const int id : {2, 3, 4}) REQUIRE(exchange.take(id).answer == Answer::granted);
  exchange.end(2, TurnVerdict::unreachable);
  exchange.server(2).is_reachable = false;
  exchange.end(3, TurnVerdict::confirmed);
  CHECK(exchange.ask(5).waits_for == "rs2");
  exchange.end(4, TurnVerdict::confirmed);
  CHECK(exchange.ask(5).waits_for == "rs2");
  exchange.state.turns.push_back({kNewest, 6, 3, TurnVerdict::confirmed, exchange.state.now, exchange.state.now, {}});
  CHECK(exchange.ask(5).answer == Answer::granted);
}

TEST_CASE("While a culprit is looked for, a step begins only when the step before is everywhere") {
  Exchange exchange(3);
  exchange.state.is_searching = true;
  exchange.state.proven = kBefore;
  exchange.server(3).confirmed = kBefore - 1;
  const auto behind = exchange.ask(3);
  CHECK(behind.answer == Answer::instead);
  CHECK(behind.revision == kBefore);
  CHECK(exchange.ask(1).waits_for == "rs3");
  SUBCASE("or when who is behind cannot be reached") { exchange.server(3).is_reachable = false; }
  SUBCASE("or when who is behind has failed") { exchange.server(3).is_at_work = false; }
  SUBCASE("it has caught up") { exchange.server(3).confirmed = kBefore; }
  CHECK(exchange.ask(1).turn == 1);
}

TEST_CASE("After harm a route server gets nothing new before its sessions had time to come back") {
  Exchange exchange(2);
  exchange.server(1).quiet_until = exchange.state.now + seconds(30);
  CHECK(exchange.ask(1).not_before == exchange.state.now + seconds(30));
  CHECK(exchange.ask(2).turn == 1);
  exchange.state.now += seconds(30);
  CHECK(exchange.ask(1).turn == 1);
}

TEST_CASE("Asking for a route server that is not there is a bug") {
  Exchange exchange(1);
  CHECK_THROWS_AS((void)exchange.ask(2), std::logic_error);
}
