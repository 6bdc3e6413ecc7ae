#pragma once

/// @file core/service/ports/job_store.h
/// The job table: the only queue there is. Redis and NOTIFY only say "look now".

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/states.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// A claimed job. It names a subject and the least revision the subject must match; it never carries a diff.
struct Job {
  std::int64_t id = 0;
  std::string kind;     ///< `member.provision`, `rs.apply`, `rs.probe`, `request.evaluate` …
  std::string subject;  ///< `membership:17`, `route_server:rs1`
  domain::Revision want_revision = 0;
  int priority = 1;  ///< 0 urgent, 1 normal, 2 bulk
  int attempt = 0;
  int crash_count = 0;
  std::int64_t fence = 0;  ///< of this claim, higher than of the one before; every write for the job carries it
  /// For `rs.apply`: the route server's fence, incremented by this claim; else its current value or 0.
  std::int64_t target_fence = 0;
  std::string last_step;
  std::string trace_id;  ///< of the click that caused it
};

/// What became of a run.
struct JobOutcome {
  enum class Verdict : std::uint8_t {
    done,
    snooze,    ///< not its time or target unreachable: run again after `delay`, `attempt` unchanged
    retry,     ///< failed, may work later: run again after `delay`, or dead when attempts are used up
    discard,   ///< permanent: dead, with the cause
    fenced,    ///< somebody else owns it: nothing is written
    released,  ///< handed back while draining: ready at once, `attempt` given back
    parked,    ///< put back already, by the transaction that found it is not its turn: nothing is written
  };
  Verdict verdict = Verdict::done;
  std::chrono::milliseconds delay{0};
  std::string error;
  /// What the job works on did not answer: the breaker counts it (core/service/target_breaker.h).
  bool target_unreachable = false;
};

/// A row for people.
struct JobView {
  std::int64_t id = 0;
  std::string kind;
  std::string subject;
  domain::Revision want_revision = 0;
  int priority = 1;
  domain::JobState state = domain::JobState::ready;
  int attempt = 0;
  int crash_count = 0;
  std::string worker;
  std::string last_step;
  std::string last_error;
  Timestamp run_at{};  ///< Timestamp::max(): when its turn comes
  Timestamp created_at{};
};

inline constexpr int kUrgent = 0;
inline constexpr int kWorstPriority = 2;

struct NewJob {
  std::string kind;
  std::string subject;
  domain::Revision want_revision = 0;
  int priority = 1;
  std::chrono::milliseconds delay{0};
  std::string trace_id;
};

/// All writes of a running job are fenced: `fenced` when the row has moved on.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Coalesces with a waiting job of the same (kind, subject): highest revision, best priority, earliest time.
  virtual Result<std::int64_t> enqueue(const NewJob& job) = 0;

  /// Takes up to `count` due jobs (ready and due, or running with an expired lease), best priority first; jobs whose
  /// subject is being worked on are left. An expired lease adds to `crash_count`; the third crash without progress
  /// makes the job dead instead.
  /// A claim may be taken back by a crash of the database until a write of the claimer has returned (a heartbeat, a
  /// step, a transaction of the job). Before that nothing may be done outside of the database; after it, the claim
  /// lasts. Whatever a claim writes that was taken back is `fenced`, also when the job was claimed anew meanwhile.
  /// @param worst_priority  jobs of a higher number are left: for a place that is kept for urgent ones.
  virtual Result<std::vector<Job>> claim(const std::string& worker, std::chrono::milliseconds lease, int count,
                                         int worst_priority) = 0;
  Result<std::vector<Job>> claim(const std::string& worker, std::chrono::milliseconds lease, int count) {
    return claim(worker, lease, count, kWorstPriority);
  }
  /// The job of a hint, if it is due and free.
  virtual Result<std::optional<Job>> claim_one(const std::string& worker, std::chrono::milliseconds lease,
                                               std::int64_t job_id) = 0;
  /// Renews the leases of these jobs; returns the ids that are still ours.
  virtual Result<std::vector<std::int64_t>> heartbeat(const std::string& worker, std::chrono::milliseconds lease,
                                                      const std::vector<Job>& jobs) = 0;
  /// Records progress; a step that this job has not reached before resets `crash_count` (a job that always dies at its
  /// fourth step passes the first three each time).
  virtual Status step(const Job& job, const std::string& step) = 0;
  /// A run put back (snooze, retry, released) merges into a newer waiting job of its subject, if there is one.
  virtual Status finish(const Job& job, const JobOutcome& outcome) = 0;
  /// `done` for many at once; returns the ids that were still ours.
  virtual Result<std::vector<std::int64_t>> finish_many(const std::vector<Job>& jobs) = 0;
  /// Time until the next ready job is due; nullopt when none waits. Jobs whose subject is being worked on do not count.
  virtual Result<std::optional<std::chrono::milliseconds>> next_due() = 0;
  /// A target answers again: every waiting job of this subject becomes due now.
  virtual Result<int> make_due(const std::string& subject) = 0;

  virtual Result<std::vector<JobView>> jobs(std::optional<domain::JobState> state, int limit) = 0;
  /// Puts a dead job back to ready. `not_found`, or `refused_transition` when it is not dead.
  virtual Status retry(std::int64_t job_id, const Actor& actor) = 0;
  /// Re-enqueues dead level-triggered jobs whose back-off has passed; returns how many. Three lost workers in a row may
  /// have died of the job or of something else (an operator's restarts, a machine out of memory), which cannot be told
  /// apart: such a job comes back after 5 s, any other after 60 s, both doubling to 1 h.
  virtual Result<int> revive_dead() = 0;
};

}  // namespace ztix::service
