#pragma once

/// @file core/store/job_store.h
/// The job table in PostgreSQL.

#include "core/service/ports/job_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Inserts or coalesces in the caller's transaction: the job of a change is written with the change or not at all.
/// Costs no round trip: it goes with the next statement or the COMMIT. @throws DbFailure
void enqueue_job(Transaction& transaction, const service::NewJob& job);
/// The same at once, for who must name the job. @return the id of the waiting job. @throws DbFailure
std::int64_t enqueue_named_job(Session& session, const service::NewJob& job);
/// The job that brings a route server to a revision.
service::NewJob apply_job(const std::string& route_server, domain::Revision revision, const service::Actor& actor);

class PgJobStore final : public service::JobStore {
 public:
  /// Lost leases without progress until a job is taken for poison.
  static constexpr int kCrashesUntilDead = 3;
  /// How long a dead job rests the first time; see JobStore::revive_dead.
  static constexpr std::chrono::milliseconds kRestAfterCrashes{5'000};
  static constexpr std::chrono::milliseconds kRest{60'000};

  explicit PgJobStore(Database& database) : PgJobStore(database, database) {}
  /// @param claims  where jobs are claimed: one whose commits do not wait for the disk, see JobStore::claim.
  PgJobStore(Database& database, Database& claims) : database_(database), claims_(claims) {}

  Result<std::int64_t> enqueue(const service::NewJob& job) override;
  using JobStore::claim;
  Result<std::vector<service::Job>> claim(const std::string& worker, std::chrono::milliseconds lease, int count,
                                          int worst_priority) override;
  Result<std::optional<service::Job>> claim_one(const std::string& worker, std::chrono::milliseconds lease,
                                                std::int64_t job_id) override;
  Result<std::vector<std::int64_t>> heartbeat(const std::string& worker, std::chrono::milliseconds lease,
                                              const std::vector<service::Job>& jobs) override;
  Status step(const service::Job& job, const std::string& step) override;
  Status finish(const service::Job& job, const service::JobOutcome& outcome) override;
  Result<std::vector<std::int64_t>> finish_many(const std::vector<service::Job>& jobs) override;
  Result<std::optional<std::chrono::milliseconds>> next_due() override;
  Result<int> make_due(const std::string& subject) override;
  Result<std::vector<service::JobView>> jobs(std::optional<domain::JobState> state, int limit) override;
  Status retry(std::int64_t job_id, const service::Actor& actor) override;
  Result<int> revive_dead() override;

 private:
  Result<std::vector<std::int64_t>> end(const std::vector<service::Job>& jobs, domain::JobState state,
                                        const std::string& error);
  Status put_back(const service::Job& job, const service::JobOutcome& outcome);

  Database& database_;
  Database& claims_;
};

}  // namespace ztix::store
