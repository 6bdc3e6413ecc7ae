#include "core/domain/rollout.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace ztix::domain {
namespace {

using Answer = TurnDecision::Answer;

bool is_in_service(const RolloutServer& server) noexcept { return server.state == RouteServerState::enabled; }

/// The turns as one wish sees them.
class View {
 public:
  View(const RolloutState& state, const RolloutRules& rules, const TurnWish& wish)
      : state_(state), rules_(rules), wish_(wish), me_(server(wish.route_server)) {}

  [[nodiscard]] TurnDecision decide() const {
    if (!is_in_service(me_)) return granted(0);
    const auto* const own = own_turn();
    if (own != nullptr && own->revision == wish_.revision) return granted(own->turn);
    if (wish_.restarts > wish_.accepted_restarts) return wait(TurnWait::awaiting_acceptance);
    if (needs_another_one(wish_.change) && !wish_.may_be_last_one && !another_is_up()) return wait(TurnWait::last_one);
    if (is_quiet(me_)) return wait_until(*me_.quiet_until);
    if (const auto* const busy = occupied()) return wait(TurnWait::turn, busy);
    return is_proven() ? follow() : lead(own != nullptr && own->turn == 1);
  }

 private:
  [[nodiscard]] const RolloutServer& server(std::int64_t id) const {
    for (const auto& each : state_.servers) {
      if (each.id == id) return each;
    }
    throw std::logic_error("decide_turn: a route server that is not in the rollout");
  }

  [[nodiscard]] const RolloutTurn* own_turn() const {
    for (const auto& turn : state_.turns) {
      if (turn.route_server == me_.id && turn.verdict == TurnVerdict::taken) return &turn;
    }
    return nullptr;
  }

  [[nodiscard]] int enabled() const {
    return static_cast<int>(std::count_if(state_.servers.begin(), state_.servers.end(), is_in_service));
  }

  [[nodiscard]] bool another_is_up() const {
    return std::any_of(state_.servers.begin(), state_.servers.end(), [&](const auto& other) {
      return other.id != me_.id && is_in_service(other) && other.is_reachable && other.confirmed > 0 &&
             other.seen_up_at && *other.seen_up_at + rules_.seen_within >= state_.now;
    });
  }

  /// Lost in its turn, and BIRD there may still run what was never verified.
  [[nodiscard]] bool may_be_armed(const RolloutTurn& turn) const {
    const bool was_left = turn.verdict == TurnVerdict::unreachable || turn.verdict == TurnVerdict::abandoned;
    return was_left && turn.armed_until && *turn.armed_until > state_.now;
  }

  /// Who keeps this one from arming: all places of a wave are taken, or one was lost in its turn of this very revision
  /// before a quorum has confirmed it.
  [[nodiscard]] const RolloutServer* occupied() const {
    int places = 0;
    const RolloutTurn* last = nullptr;
    for (const auto& turn : state_.turns) {
      if (turn.route_server == me_.id) continue;
      const bool left_armed = may_be_armed(turn);
      if (turn.verdict != TurnVerdict::taken && !left_armed) continue;
      if (left_armed && turn.revision == wish_.revision && confirms() < quorum(enabled()))
        return &server(turn.route_server);
      ++places;
      last = &turn;
    }
    return places >= wave_size(enabled()) ? &server(last->route_server) : nullptr;
  }

  [[nodiscard]] int confirms() const {
    return static_cast<int>(std::count_if(state_.turns.begin(), state_.turns.end(), [&](const auto& turn) {
      return turn.revision == wish_.revision && turn.verdict == TurnVerdict::confirmed;
    }));
  }
  [[nodiscard]] bool is_proven() const { return confirms() > 0; }

  // The revision was confirmed on one: the others follow in waves, with the bake between them.
  [[nodiscard]] TurnDecision follow() const {
    const auto bake = bake_time(rules_, wish_.change);
    int wave = 1;
    for (const auto& turn : state_.turns) {
      if (turn.revision == wish_.revision) wave = std::max(wave, turn.turn);
    }
    int members = 0;
    int open = 0;
    Timestamp ended{};
    for (const auto& turn : state_.turns) {
      if (turn.revision != wish_.revision || turn.turn != wave || turn.verdict == TurnVerdict::waiting) continue;
      ++members;
      open += turn.verdict == TurnVerdict::taken ? 1 : 0;
      ended = std::max(ended, turn.ended_at.value_or(turn.taken_at));
    }
    const bool has_place = wave > 1 && members < wave_size(enabled());
    if (has_place) return granted(wave);
    if (bake.count() == 0) return granted(wave + 1);
    if (open > 0) return wait(TurnWait::turn, first_open());
    if (ended + bake <= state_.now) return granted(wave + 1);
    return wait_until(ended + bake);
  }

  [[nodiscard]] static TurnDecision wait_until(Timestamp at) {
    auto decision = wait(TurnWait::bake);
    decision.not_before = at;
    return decision;
  }

  [[nodiscard]] bool is_quiet(const RolloutServer& each) const {
    return each.quiet_until && *each.quiet_until > state_.now;
  }

  [[nodiscard]] const RolloutServer* first_open() const {
    for (const auto& turn : state_.turns) {
      if (turn.verdict == TurnVerdict::taken && turn.route_server != me_.id) return &server(turn.route_server);
    }
    return nullptr;
  }

  // Nobody has confirmed it: one route server tries it. Who tried the one before and is not through with it goes on, so
  // that a harmful change never reaches a second host by being superseded.
  [[nodiscard]] TurnDecision lead(bool is_trying) const {
    const bool can_follow = state_.proven > me_.confirmed && state_.proven < wish_.revision;
    if (state_.is_searching && can_follow) return instead();
    const auto* const behind = state_.is_searching ? still_behind() : nullptr;
    if (behind != nullptr) return wait(TurnWait::turn, behind);
    const auto* const first = is_trying ? &me_ : not_through();
    const auto* const canary = first != nullptr ? first : longest_not_canary();
    if (canary == &me_) return granted(1);
    return can_follow ? instead() : wait(TurnWait::turn, canary);
  }

  [[nodiscard]] TurnDecision instead() const {
    TurnDecision decision;
    decision.answer = Answer::instead;
    decision.revision = state_.proven;
    return decision;
  }

  /// Who is in the middle of a revision which nobody has confirmed; else who had to undo one that could not be taken
  /// back (another version's templates), which is in every later one too.
  [[nodiscard]] const RolloutServer* not_through() const {
    const RolloutServer* harmed = nullptr;
    for (const auto& turn : state_.turns) {
      const auto& whose = server(turn.route_server);
      if (turn.verdict == TurnVerdict::taken && turn.turn == 1 && &whose != &me_) return &whose;
      const bool is_kept = turn.verdict == TurnVerdict::undone && turn.revision > state_.proven;
      if (is_kept && is_in_service(whose) && whose.is_reachable && harmed != &me_) harmed = &whose;
    }
    return needs_another_one(wish_.change) ? harmed : nullptr;
  }

  [[nodiscard]] bool will_ask(const RolloutServer& each) const {
    return is_in_service(each) && each.is_reachable && each.is_at_work && each.confirmed < each.wanted;
  }

  /// While a culprit is looked for, the step before is everywhere before the next one begins, so that harm on any route
  /// server is that of one change.
  [[nodiscard]] const RolloutServer* still_behind() const {
    for (const auto& each : state_.servers) {
      if (each.id != me_.id && will_ask(each) && each.confirmed < state_.proven) return &each;
    }
    return nullptr;
  }

  [[nodiscard]] const RolloutServer* longest_not_canary() const {
    const RolloutServer* best = &me_;
    const auto rank = [](const RolloutServer& each) {
      return std::tuple(each.last_canary_at.value_or(Timestamp::min()), each.id);
    };
    for (const auto& each : state_.servers) {
      if (will_ask(each) && !is_quiet(each) && rank(each) < rank(*best)) best = &each;
    }
    return best;
  }

  [[nodiscard]] TurnDecision granted(int turn) const {
    TurnDecision decision;
    decision.answer = Answer::granted;
    decision.revision = wish_.revision;
    decision.turn = turn;
    return decision;
  }

  [[nodiscard]] static TurnDecision wait(TurnWait why, const RolloutServer* whom = nullptr) {
    TurnDecision decision;
    decision.wait = why;
    if (whom != nullptr) decision.waits_for = whom->name;
    return decision;
  }

  const RolloutState& state_;
  const RolloutRules& rules_;
  const TurnWish& wish_;
  const RolloutServer& me_;
};

}  // namespace

std::string_view to_string(TurnVerdict verdict) noexcept {
  constexpr std::array<std::string_view, kTurnVerdicts.size()> kNames{
      "waiting", "taken", "confirmed", "undone", "unreachable", "superseded", "abandoned"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(TurnWait wait) noexcept {
  constexpr std::array<std::string_view, kTurnWaits.size()> kNames{"none", "turn", "bake", "last_one",
                                                                   "awaiting_acceptance"};
  return kNames[static_cast<std::size_t>(wait)];
}

int wave_size(int enabled) noexcept { return std::max(1, (enabled - 1) / 2); }

int quorum(int enabled) noexcept { return (enabled + 1) / 2; }

std::chrono::seconds bake_time(const RolloutRules& rules, ChangeClass change) noexcept {
  switch (change) {
    case ChangeClass::none:
    case ChangeClass::peers_only:
      return std::chrono::seconds(0);
    case ChangeClass::filters:
      return rules.bake_filters;
    case ChangeClass::shared:
    case ChangeClass::restarts:
      break;
  }
  return rules.bake_shared;
}

bool needs_another_one(ChangeClass change) noexcept {
  return change != ChangeClass::none && change != ChangeClass::peers_only;
}

std::string describe_wait(const TurnDecision& decision, const TurnWish& wish) {
  switch (decision.wait) {
    case TurnWait::none:
      return {};
    case TurnWait::turn:
      return decision.waits_for + " goes first";
    case TurnWait::bake:
      return "revision " + std::to_string(wish.revision) + " waits until " +
             to_rfc3339(decision.not_before.value_or(Timestamp{})) + ", so that the change before shows what it does";
    case TurnWait::last_one:
      return "No other route server is known to be up, and this change concerns every member. Bring another one up, or "
             "allow it with --last-one and a reason.";
    case TurnWait::awaiting_acceptance:
      break;
  }
  return "It would restart " + std::to_string(wish.restarts) +
         " sessions that nobody asked to change. Accept that with --accept-restarts " + std::to_string(wish.restarts) +
         " and a reason.";
}

TurnDecision decide_turn(const RolloutState& state, const RolloutRules& rules, const TurnWish& wish) {
  return View(state, rules, wish).decide();
}

}  // namespace ztix::domain
