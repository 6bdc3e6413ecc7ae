#pragma once

/// @file core/domain/rollout.h
/// In which order a revision reaches the route servers. Pure: the state of all turns goes in, one decision comes out.
///
/// One canary first: the reachable route server that was canary longest ago. Then waves of at most wave_size(). A
/// revision reaches a second host only after it was confirmed on one. Drawn in docs/apply.md.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/domain/change_class.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/states.h"

namespace ztix::domain {

/// What became of a route server's turn. `waiting` and `taken` are open; a route server has at most one open turn.
enum class TurnVerdict : std::uint8_t { waiting, taken, confirmed, undone, unreachable, superseded, abandoned };
inline constexpr std::array kTurnVerdicts{TurnVerdict::waiting,  TurnVerdict::taken,       TurnVerdict::confirmed,
                                          TurnVerdict::undone,   TurnVerdict::unreachable, TurnVerdict::superseded,
                                          TurnVerdict::abandoned};
[[nodiscard]] std::string_view to_string(TurnVerdict verdict) noexcept;

/// Why a route server has to wait, as shown to people.
enum class TurnWait : std::uint8_t { none, turn, bake, last_one, awaiting_acceptance };
inline constexpr std::array kTurnWaits{TurnWait::none, TurnWait::turn, TurnWait::bake, TurnWait::last_one,
                                       TurnWait::awaiting_acceptance};
[[nodiscard]] std::string_view to_string(TurnWait wait) noexcept;

struct RolloutTurn {
  Revision revision = 0;
  std::int64_t route_server = 0;
  int turn = 0;  ///< 1: canary; 2 and up: wave
  TurnVerdict verdict = TurnVerdict::waiting;
  Timestamp taken_at{};
  std::optional<Timestamp> ended_at;
  /// Until then BIRD may still run what was armed in this turn and never confirmed.
  std::optional<Timestamp> armed_until;
};

struct RolloutServer {
  std::int64_t id = 0;
  std::string name;
  RouteServerState state = RouteServerState::enabled;
  bool is_reachable = true;
  /// Its `rs.apply` runs, is due, or waits for a turn: it will ask for one by itself.
  bool is_at_work = false;
  Revision confirmed = 0;
  Revision wanted = 0;
  std::optional<Timestamp> last_canary_at;
  /// When its BIRD answered last.
  std::optional<Timestamp> seen_up_at;
  /// Harm was undone here: until then the sessions it cost may come back, and nothing new is armed.
  std::optional<Timestamp> quiet_until;
};

struct RolloutState {
  Timestamp now{};
  std::vector<RolloutServer> servers;  ///< all but removed ones
  /// All open turns, all that may still be armed, and every turn of the newest proven and of later revisions that are
  /// not quarantined. So one that ended as `undone` tells of harm that is still in the newest revision.
  std::vector<RolloutTurn> turns;
  /// Highest usable revision that was confirmed in a turn; 0: none.
  Revision proven = 0;
  /// A culprit is looked for: revisions go out one at a time, each from the one before.
  bool is_searching = false;
};

struct RolloutRules {
  /// Pause between waves for limits and per-member filters, and for all that members share.
  std::chrono::seconds bake_filters{120};
  std::chrono::seconds bake_shared{240};
  /// After harm was undone: else the next change would be blamed for sessions that are still on their way back.
  std::chrono::seconds quiet_after_harm{30};
  /// Another route server counts as up when its BIRD answered within this time.
  std::chrono::seconds seen_within{60};
};

/// What a route server asks for before it arms.
struct TurnWish {
  std::int64_t route_server = 0;
  Revision revision = 0;
  ChangeClass change = ChangeClass::shared;
  /// Sessions that would restart although no changed membership names them.
  int restarts = 0;
  /// An administrator allows to arm although no other route server is known to be up.
  bool may_be_last_one = false;
  /// Restarts that an administrator accepted.
  int accepted_restarts = 0;
};

struct TurnDecision {
  enum class Answer : std::uint8_t {
    granted,  ///< arm `revision` now
    instead,  ///< first go to `revision`, which another route server has proven
    wait,     ///< not yet, see `wait`
  };
  Answer answer = Answer::wait;
  Revision revision = 0;
  int turn = 0;  ///< 0: no turn is needed, the route server is not in service
  TurnWait wait = TurnWait::none;
  std::string waits_for;                ///< name of the route server that goes first, when it is one
  std::optional<Timestamp> not_before;  ///< end of the bake
};

/// How many route servers may be armed or unverified at the same moment, of `enabled` ones: max(1, ⌊(n−1)/2⌋).
[[nodiscard]] int wave_size(int enabled) noexcept;
/// ⌈n/2⌉: from so many confirms on, one that became unreachable in its turn holds up nobody.
[[nodiscard]] int quorum(int enabled) noexcept;
[[nodiscard]] std::chrono::seconds bake_time(const RolloutRules& rules, ChangeClass change) noexcept;
/// True for what must never be armed on the only route server that is up: all but peers that come, go or are disabled.
[[nodiscard]] bool needs_another_one(ChangeClass change) noexcept;

/// Why it waits, for people: who goes first, until when it bakes, or what an administrator can do.
[[nodiscard]] std::string describe_wait(const TurnDecision& decision, const TurnWish& wish);

/// May this route server arm this revision now?
/// @throws std::logic_error when the route server is not in the state.
[[nodiscard]] TurnDecision decide_turn(const RolloutState& state, const RolloutRules& rules, const TurnWish& wish);

}  // namespace ztix::domain
