#include "core/store/job_store.h"

#include <algorithm>
#include <utility>

#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::JobState;
using service::Job;
using service::JobOutcome;
using Verdict = service::JobOutcome::Verdict;

/// A claim or a hand-back can lose a race for a subject's one waiting or one running place (unique indexes). Nothing
/// was written then, and the next try sees what the other did.
constexpr int kRaceTries = 5;
constexpr const char* kOneWaiting = "job_one_waiting";
constexpr const char* kOneRunning = "job_one_running";

/// Every worker listens to it. A job that goes with the COMMIT has no id to name yet, and any hint makes a worker look.
constexpr const char* kChannel = "job_ready";
constexpr const char* kAnyJob = "";

std::vector<Param> params_of(const service::NewJob& job) {
  return {job.kind, job.subject, job.want_revision, job.priority, job.delay.count(), job.trace_id};
}

/// Runs one statement that commits by itself, again when it lost such a race.
template <class F>
auto again_after_race(Database& database, F use) -> std::invoke_result_t<F&, Session&> {
  using R = std::invoke_result_t<F&, Session&>;
  for (int tries = 1;; ++tries) {
    bool lost = false;
    auto result = database.write([&](Session& session) -> R {
      try {
        return use(session);
      } catch (const DbFailure& failure) {
        if (!failure.violates(kOneWaiting) && !failure.violates(kOneRunning)) throw;
        lost = true;
        return to_error(failure);
      }
    });
    if (!lost || tries == kRaceTries) return result;
  }
}

Job read_job(const Row& row) {
  return {row.get<std::int64_t>("id"),
          row.get<std::string>("kind"),
          row.get<std::string>("subject"),
          row.get<domain::Revision>("want_revision"),
          row.get<int>("priority"),
          row.get<int>("attempt"),
          row.get<int>("crash_count"),
          row.get<std::int64_t>("fence"),
          row.get<std::int64_t>("target_fence"),
          row.get<std::string>("last_step"),
          row.get<std::string>("trace_id")};
}

service::JobView read_view(const Row& row) {
  return {row.get<std::int64_t>("id"),
          row.get<std::string>("kind"),
          row.get<std::string>("subject"),
          row.get<domain::Revision>("want_revision"),
          row.get<int>("priority"),
          row.get_enum(domain::kJobStates, "state"),
          row.get<int>("attempt"),
          row.get<int>("crash_count"),
          row.get<std::string>("worker"),
          row.get<std::string>("last_step"),
          row.get<std::string>("last_error"),
          row.get<std::optional<Timestamp>>("run_at").value_or(Timestamp::max()),
          row.get<Timestamp>("created_at")};
}

std::vector<std::int64_t> ids_of(const Rows& rows) {
  std::vector<std::int64_t> ids;
  for (const auto row : rows) ids.push_back(row.get<std::int64_t>("id"));
  return ids;
}

std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>> ids_and_fences(const std::vector<Job>& jobs) {
  std::vector<std::int64_t> ids;
  std::vector<std::int64_t> fences;
  for (const auto& job : jobs) {
    ids.push_back(job.id);
    fences.push_back(job.fence);
  }
  return {ids, fences};
}

Error taken_over(const Job& job) {
  return fail(ErrorCode::fenced, "Another worker has taken this job over.")
      .with_detail("job " + std::to_string(job.id) + " fence " + std::to_string(job.fence));
}

}  // namespace

void enqueue_job(Transaction& transaction, const service::NewJob& job) {
  transaction.defer(queries::job_enqueue, params_of(job));
  transaction.notify_after_commit(kChannel, kAnyJob);
}

std::int64_t enqueue_named_job(Session& session, const service::NewJob& job) {
  const auto id = session.execute(queries::job_enqueue, params_of(job)).one().get<std::int64_t>("id");
  session.notify_after_commit(kChannel, std::to_string(id));
  return id;
}

service::NewJob apply_job(const std::string& route_server, domain::Revision revision, const service::Actor& actor) {
  return {.kind = "rs.apply",
          .subject = "route_server:" + route_server,
          .want_revision = revision,
          .priority = 1,
          .delay = std::chrono::milliseconds(0),
          .trace_id = actor.trace_id};
}

Result<std::int64_t> PgJobStore::enqueue(const service::NewJob& job) {
  return database_.write([&](Session& session) -> Result<std::int64_t> { return enqueue_named_job(session, job); });
}

Result<std::vector<Job>> PgJobStore::claim(const std::string& worker, std::chrono::milliseconds lease, int count,
                                           int worst_priority) {
  return again_after_race(claims_, [&](Session& session) -> Result<std::vector<Job>> {
    std::vector<Job> jobs;
    for (const auto row :
         session.execute(queries::job_claim, {worker, lease.count(), count, kCrashesUntilDead, worst_priority})) {
      jobs.push_back(read_job(row));
    }
    return jobs;
  });
}

Result<std::optional<Job>> PgJobStore::claim_one(const std::string& worker, std::chrono::milliseconds lease,
                                                 std::int64_t job_id) {
  return again_after_race(claims_, [&](Session& session) -> Result<std::optional<Job>> {
    const auto row = session.execute(queries::job_claim_one, {worker, lease.count(), job_id}).at_most_one();
    return row ? std::optional(read_job(*row)) : std::nullopt;
  });
}

Result<std::vector<std::int64_t>> PgJobStore::heartbeat(const std::string& worker, std::chrono::milliseconds lease,
                                                        const std::vector<Job>& jobs) {
  const auto [ids, fences] = ids_and_fences(jobs);
  return database_.write([&, &ids = ids, &fences = fences](Session& session) -> Result<std::vector<std::int64_t>> {
    return ids_of(session.execute(queries::job_heartbeat, {worker, lease.count(), ids, fences}));
  });
}

Status PgJobStore::step(const Job& job, const std::string& step) {
  return database_.write([&](Session& session) -> Status {
    if (session.execute(queries::job_step, {job.id, job.fence, step}).empty()) return taken_over(job);
    return {};
  });
}

Status PgJobStore::finish(const Job& job, const JobOutcome& outcome) {
  const auto state = outcome.verdict == Verdict::done ? JobState::done : JobState::dead;
  switch (outcome.verdict) {
    case Verdict::fenced:
    case Verdict::parked:
      return {};
    case Verdict::snooze:
    case Verdict::retry:
    case Verdict::released:
      return put_back(job, outcome);
    case Verdict::done:
    case Verdict::discard:
      break;
  }
  ZTIX_ASSIGN(const auto ended, end({job}, state, outcome.error));
  if (ended.empty()) return taken_over(job);
  return {};
}

Result<std::vector<std::int64_t>> PgJobStore::finish_many(const std::vector<Job>& jobs) {
  return end(jobs, JobState::done, "");
}

Result<std::vector<std::int64_t>> PgJobStore::end(const std::vector<Job>& jobs, JobState state,
                                                  const std::string& error) {
  const auto [ids, fences] = ids_and_fences(jobs);
  return database_.write([&, &ids = ids, &fences = fences](Session& session) -> Result<std::vector<std::int64_t>> {
    return ids_of(session.execute(queries::job_finish, {ids, fences, state, error}));
  });
}

Status PgJobStore::put_back(const Job& job, const JobOutcome& outcome) {
  const bool released = outcome.verdict == Verdict::released;
  const bool give_attempt_back = outcome.verdict != Verdict::retry;
  const auto delay = released ? std::chrono::milliseconds(0) : outcome.delay;
  return again_after_race(database_, [&](Session& session) -> Status {
    const auto rows = session.execute(queries::job_put_back,
                                      {job.id, job.fence, delay.count(), outcome.error, give_attempt_back, !released});
    if (rows.empty()) return taken_over(job);
    return {};
  });
}

Result<std::optional<std::chrono::milliseconds>> PgJobStore::next_due() {
  using Wait = std::optional<std::chrono::milliseconds>;
  return claims_.read([&](Session& session) -> Result<Wait> {
    const auto row = session.execute(queries::job_next_due).at_most_one();
    return row ? Wait(row->get<std::int64_t>("wait_ms")) : Wait();
  });
}

Result<int> PgJobStore::make_due(const std::string& subject) {
  return database_.write([&](Session& session) -> Result<int> {
    return static_cast<int>(session.execute(queries::job_make_due, {subject}).size());
  });
}

Result<std::vector<service::JobView>> PgJobStore::jobs(std::optional<JobState> state, int limit) {
  return database_.read([&](Session& session) -> Result<std::vector<service::JobView>> {
    std::vector<service::JobView> views;
    for (const auto row : session.execute(queries::job_list, {state, limit})) views.push_back(read_view(row));
    return views;
  });
}

Status PgJobStore::retry(std::int64_t job_id, const service::Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    const auto row = transaction.execute(queries::job_lock, {job_id}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "No such job.");
    if (row->get_enum(domain::kJobStates, "state") != JobState::dead) {
      return fail(ErrorCode::refused_transition, "Only a dead job can be retried.");
    }
    transaction.execute(queries::job_retry, {job_id});
    append_audit(transaction, actor, "job.retried", "job", std::to_string(job_id),
                 {{"kind", row->get<std::string>("kind")}, {"subject", row->get<std::string>("subject")}});
    return {};
  });
}

Result<int> PgJobStore::revive_dead() {
  return again_after_race(database_, [&](Session& session) -> Result<int> {
    return static_cast<int>(
        session.execute(queries::job_revive_dead, {kCrashesUntilDead, kRestAfterCrashes.count(), kRest.count()})
            .size());
  });
}

}  // namespace ztix::store
