#pragma once

/// @file bench/support/contest.h
/// Ours and the peers on private servers, each on the disk as in production: PostgreSQL with synchronous commits, Redis
/// with an append-only file that is synced every second, or where the peer is to keep what ours keeps before each
/// answer.

#include <string>

#include "bench/support/process_group.h"

#include "tests/support/test_database.h"
#include "tests/support/test_redis.h"

namespace ztix::bench {

/// How a job of a peer or of ours behaves; see bench/worker.cpp.
struct Holding {
  std::string events = "-";
  int first_ms = 0;
  int again_ms = 0;
  bool survives_worker = false;  ///< Celery: acks_late
};

/// What is kept when a call of Celery's delay() has returned.
enum class Keeps {
  as_usual,  ///< the job, but for the last second before a power cut
  as_ours    ///< the job, on the disk, and its audit row, committed
};

class Contest {
 public:
  /// @throws std::runtime_error when a server or a peer is missing, with a remedy.
  Contest();

  /// Ours: the engine of worker/ in a process of its own. One place more than `jobs_at_once`, since it keeps one for
  /// urgent jobs.
  [[nodiscard]] ProcessGroup our_worker(int jobs_at_once, const Holding& holding);
  [[nodiscard]] ProcessGroup celery_worker(int processes, const Holding& holding);
  [[nodiscard]] ProcessGroup bullmq_worker(int concurrency, const Holding& holding);

  /// `count` route servers rs1 … with a fence each; nothing else of them is there.
  void add_route_servers(int count);
  /// One rs.apply for each of the first `count` of them, all due.
  void add_our_jobs(int count);
  void add_celery_jobs(int count, const Holding& holding);
  void add_bullmq_jobs(int count);
  /// Calls delay() from so many processes. @return calls a second, from the first to the last.
  double celery_delays(int clients, int calls_each, Keeps keeps);
  /// One job at a time for an idle worker. @return microseconds from the call of add() to the start of each.
  std::string bullmq_latency(int count);

  /// Jobs of ours that are in this state.
  int our_jobs(const std::string& state);
  void forget_our_jobs();
  void forget_peers_jobs();

  [[nodiscard]] test::TestDatabase& database() noexcept { return database_; }
  [[nodiscard]] const std::string& folder() const noexcept { return folder_.path(); }
  [[nodiscard]] std::string redis_url() const { return redis_.url(); }

 private:
  [[nodiscard]] Environment celery_environment(const Holding& holding) const;
  std::string log_of(const std::string& program);

  test::TempFolder folder_;
  test::TestDatabase database_;
  test::TestRedis redis_{test::TestRedis::Disk::every_second};
  test::TestRedis synced_redis_{test::TestRedis::Disk::every_write};
  int workers_ = 0;
};

}  // namespace ztix::bench
