#pragma once

/// @file core/service/ports/rollout_store.h
/// Whose turn it is to arm a revision (core/domain/rollout.h), and what became of each turn.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/rollout.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/job_store.h"

namespace ztix::service {

/// What a route server is about to arm.
struct TurnRequest {
  domain::Revision revision = 0;
  domain::ChangeClass change = domain::ChangeClass::shared;
  /// Sessions that would restart although no changed membership names them, by the forecast.
  int restarts = 0;
  /// After this long BIRD has certainly undone what was armed in this turn and not confirmed.
  std::chrono::milliseconds armed_for{0};
};

/// What an administrator allows for everything published until now.
struct RolloutPermission {
  std::string route_server;
  /// Arm although no other route server is known to be up.
  bool last_one = false;
  /// Not only now, but as long as it is the only one that is enabled.
  bool always = false;
  /// Sessions that may restart although no changed membership names them.
  int restarts = 0;
  std::string reason;
};

/// One turn, for people.
struct TurnView {
  domain::Revision revision = 0;
  std::string route_server;
  int turn = 0;  ///< 1: canary; 2 and up: wave; 0: not given yet
  domain::TurnVerdict verdict = domain::TurnVerdict::waiting;
  domain::TurnWait wait = domain::TurnWait::none;
  domain::ChangeClass change = domain::ChangeClass::none;
  int restarts = 0;
  int harms = 0;
  std::string last_harm;
  Timestamp taken_at{};
  std::optional<Timestamp> ended_at;
};

/// What became of the changes of a revision that was refused or did harm twice.
enum class TakenBack : std::uint8_t {
  undone,   ///< the one change that did it is held or reverted in a newer revision
  split,    ///< it was several: newer revisions bring them one at a time
  already,  ///< another route server's run has done it
  kept,     ///< nothing may be reverted: it only takes away, or runs on another route server
};

class RolloutStore {
 public:
  virtual ~RolloutStore() = default;

  /// Between A5 and A6. `granted`: the turn is noted, or was it already. `wait`: the job is back at `ready` when this
  /// returns, its attempt given back, due when the turn comes; the caller writes nothing more.
  virtual Result<domain::TurnDecision> take_turn(const Job& job, const std::string& route_server,
                                                 const TurnRequest& request) = 0;
  /// The open turn, if there is one, has ended like this; whose turn it is now becomes due. `unreachable` is also noted
  /// when no turn is open: such a route server is skipped until it answers again.
  virtual Status end_turn(const Job& job, const std::string& route_server, domain::TurnVerdict verdict,
                          std::optional<domain::Revision> revision = std::nullopt) = 0;
  /// What was armed in the open turn did harm and was undone; the turn stays open. Returns how often it was by now,
  /// counting what this revision superseded in the same turn.
  virtual Result<int> note_harm(const Job& job, const std::string& route_server, const std::string& harm) = 0;

  /// Refused as a whole, or harmful: no route server gets this revision (again), and what it brought since the last
  /// proven one goes back: a membership is held at its version; what members share is made what it was; several changes
  /// go out one at a time until the culprit is found. What takes something away is never given back. Audited.
  virtual Result<TakenBack> take_back(const Job& job, const std::string& route_server, domain::Revision revision,
                                      const std::string& cause) = 0;

  /// The harm is that of a build's templates and no change's: what they write is armed nowhere any more where others
  /// wrote what runs, until `retry`. Audited.
  /// @param template_digest  see render::bird_templates_digest()
  virtual Status refuse_templates(const Job& job, const std::string& route_server, domain::Revision revision,
                                  const std::string& template_digest, const std::string& harm) = 0;
  /// Where these templates did harm, and which; nullopt when they may be tried.
  virtual Result<std::optional<std::string>> template_refusal(const std::string& template_digest) = 0;

  /// For the sweep: ends turns that nobody works on and makes due whose turn it is. Returns how many became due.
  virtual Result<int> wake_waiting() = 0;
  /// Audited; a job that waits for it becomes due. `not_found`, `invalid_argument` without a reason.
  virtual Status permit(const RolloutPermission& permission, const Actor& actor) = 0;
  /// What did harm once and was taken back may be published again, refused templates may be tried, and the job of this
  /// route server becomes due. Audited. `not_found`.
  virtual Status retry(const std::string& route_server, const Actor& actor) = 0;
  /// Newest first; of one route server or all.
  virtual Result<std::vector<TurnView>> turns(const std::optional<std::string>& route_server, int limit) = 0;
};

}  // namespace ztix::service
