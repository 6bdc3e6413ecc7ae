#pragma once

/// @file worker/finisher.h
/// Writes down what became of runs, many in one statement when many end at once.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/guarded.h"
#include "core/service/ports/job_store.h"
#include "worker/lease_keeper.h"
#include "worker/wake_signal.h"

namespace ztix::worker {

/// The first thread whose job is done writes; what others hand in meanwhile goes with its next statement. So one end
/// is written as fast as ever, and a thousand cost a few commits instead of a thousand. A lease is kept until the end
/// of its job is written.
class Finisher {
 public:
  /// @param jobs, leases, signal  outlive it; the signal wakes after each write, because the subject is free then.
  Finisher(service::JobStore& jobs, LeaseKeeper& leases, WakeSignal& signal)
      : jobs_(jobs), leases_(leases), signal_(signal) {}

  /// Called by the thread that ran the job. Returns when the end is written, or when the thread that is writing has
  /// promised to write it too.
  void finish(const service::Job& job, const service::JobOutcome& outcome);
  /// Ends that were handed in and are not in a statement yet.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Done {
    std::vector<service::Job> waiting;
    bool somebody_writes = false;
  };
  void write(const std::vector<service::Job>& batch, const service::JobOutcome& outcome);
  /// The ids that were still ours.
  Result<std::vector<std::int64_t>> store_end(const std::vector<service::Job>& batch,
                                              const service::JobOutcome& outcome);

  service::JobStore& jobs_;
  LeaseKeeper& leases_;
  WakeSignal& signal_;
  Guarded<Done> done_;
};

}  // namespace ztix::worker
