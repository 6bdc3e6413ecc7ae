#pragma once

/// @file tests/support/fake_job_store.h
/// The job table in memory, with a clock that only a test moves. Held to PostgreSQL's behaviour by
/// tests/contract/store_jobs/job_store_contract.h.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/service/ports/job_store.h"

namespace ztix::test {

/// Safe for several threads.
class FakeJobStore final : public service::JobStore {
 public:
  static constexpr int kMaxAttempts = 20;
  static constexpr int kCrashesUntilDead = 3;

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

  // What a test may do to it, past all rules.
  void advance(std::chrono::milliseconds duration);
  /// From now on there is such a route server, with this fence.
  void set_target_fence(const std::string& route_server, std::int64_t fence);
  /// As ApplyStore::raise_fence: above both; returns it.
  std::int64_t raise_target_fence(const std::string& route_server, std::int64_t host_fence);
  /// As it is now; 0 for one that is not known.
  [[nodiscard]] std::int64_t current_target_fence(const std::string& route_server) const;
  /// Another worker has taken it over.
  void steal(const service::Job& job);
  /// Every call answers `unavailable`, as when PostgreSQL is away.
  void set_available(bool available);
  /// Heartbeats alone answer `unavailable`.
  void refuse_heartbeats(bool refuse);
  /// As RolloutStore::take_turn does: back to ready, due at no time. False when the job is not the worker's.
  bool park(const service::Job& job, const std::string& why);
  /// Ready jobs of this kind that are due at no time: id and subject.
  [[nodiscard]] std::map<std::int64_t, std::string> parked(const std::string& kind) const;
  void wake(std::int64_t job_id);
  /// Running, due, or parked; with `any` also ready for later.
  [[nodiscard]] bool is_at_work(const std::string& kind, const std::string& subject, bool any) const;
  /// True while this job is the worker's.
  [[nodiscard]] bool is_held(const service::Job& job) const;

 private:
  using Key = std::pair<std::string, std::string>;  // kind, subject
  struct Record {
    service::JobView view;
    std::int64_t fence = 0;
    std::chrono::milliseconds lease_until{0};
    std::chrono::milliseconds finished_at{0};
    std::set<std::string> steps_reached;
    int revive_count = 0;
    std::string trace_id;
    [[nodiscard]] Key key() const { return {view.kind, view.subject}; }
  };

  [[nodiscard]] std::chrono::milliseconds due_at(const Record& record) const;
  [[nodiscard]] bool has(const Key& key, domain::JobState state) const;
  Record* waiting(const Key& key);
  Record* held(const service::Job& job);
  bool is_free(const Record& record) const;
  std::optional<service::Job> take(Record& record, const std::string& worker, std::chrono::milliseconds lease);
  std::int64_t target_fence(const Record& record);
  Status put_back(Record& record, const service::JobOutcome& outcome);
  void end(Record& record, domain::JobState state, const std::string& error);
  void make_ready(Record& record);
  [[nodiscard]] bool is_superseded(const Record& record) const;
  [[nodiscard]] Timestamp as_time(std::chrono::milliseconds at) const;

  mutable std::mutex mutex_;
  bool available_ = true;
  bool heartbeats_refused_ = false;
  std::chrono::milliseconds now_{1'000'000};
  std::int64_t last_id_ = 0;
  std::map<std::int64_t, Record> records_;
  std::map<std::string, std::int64_t> target_fences_;
};

}  // namespace ztix::test
