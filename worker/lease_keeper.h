#pragma once

/// @file worker/lease_keeper.h
/// Keeps the leases of running jobs, and knows when one can no longer be trusted.

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

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
  /// One heartbeat for these, now: after it their claims outlast a crash of the database (service::JobStore::claim).
  void confirm(const std::vector<service::Job>& jobs);
  /// May something be done outside for this job? Confirms its claim if that was not done yet. False once the lease was
  /// lost or is not certain any more.
  [[nodiscard]] bool may_act(const service::Job& job);

 private:
  struct Lease {
    service::Job job;
    std::chrono::steady_clock::time_point trusted_until;
    bool confirmed = false;
    bool lost = false;
  };
  using Leases = std::map<std::int64_t, Lease>;
  /// nullptr: this claim's lease is not kept any more; a later claim of the same job may have one.
  static Lease* lease_of(Leases& leases, const service::Job& job);
  void run(const std::stop_token& stop);
  [[nodiscard]] std::vector<service::Job> running();

  service::JobStore& jobs_;
  service::Clock& clock_;
  std::string worker_;
  LeaseTimes times_;
  Guarded<Leases> leases_;
  std::jthread thread_;
};

}  // namespace ztix::worker
