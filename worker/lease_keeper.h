#pragma once

/// @file worker/lease_keeper.h
/// Keeps the leases of running jobs, and knows when one can no longer be trusted.

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "core/base/guarded.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/job_store.h"

namespace ztix::worker {

struct LeaseTimes {
  std::chrono::milliseconds lease{15'000};
  std::chrono::milliseconds heartbeat{4'000};
  /// No external effect later than this after the start of the last good heartbeat. Shorter than the lease, so that a
  /// paused worker stops before another one may have begun.
  [[nodiscard]] std::chrono::milliseconds trust() const { return lease * 2 / 3; }
};

/// Its heartbeat runs on a thread of its own: a job that computes for long must not lose its lease by it.
class LeaseKeeper {
 public:
  LeaseKeeper(service::JobStore& jobs, service::Clock& clock, std::string worker, LeaseTimes times);

  /// From here on the lease is renewed. `claimed_at` is the monotonic time *before* the claim was sent.
  void keep(const service::Job& job, std::chrono::steady_clock::time_point claimed_at);
  void release(const service::Job& job);
  /// False once the lease was lost or is not certain any more.
  [[nodiscard]] bool is_trusted(const service::Job& job) const;

 private:
  struct Lease {
    service::Job job;
    std::chrono::steady_clock::time_point trusted_until;
    bool lost = false;
  };
  void run(const std::stop_token& stop);
  void beat();

  service::JobStore& jobs_;
  service::Clock& clock_;
  std::string worker_;
  LeaseTimes times_;
  Guarded<std::map<std::int64_t, Lease>> leases_;
  std::jthread thread_;
};

}  // namespace ztix::worker
