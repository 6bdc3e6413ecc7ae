#pragma once

/// @file worker/dispatcher.h
/// Claims due jobs and runs them. Hints make it look early; it looks every second anyway.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/metrics/metrics.h"
#include "core/service/member_provisioning.h"
#include "core/service/ports/job_store.h"
#include "worker/executor.h"
#include "worker/finisher.h"
#include "worker/lease_keeper.h"
#include "worker/wake_signal.h"

namespace ztix::worker {

/// One kind of job. Returns what became of it; an exception is a bug and counts as a failed run.
using JobHandler = std::function<service::JobOutcome(const service::Job&, const service::StillMine&)>;

struct DispatcherSettings {
  std::string worker;  ///< host:pid:random, unique per process
  LeaseTimes times;
  std::chrono::milliseconds sweep{1'000};
  /// How long SIGTERM waits for running jobs before their rest is handed back.
  std::chrono::milliseconds drain{20'000};
  int threads = 8;
  /// Kinds whose runs write to the database before they do anything outside, or ask `StillMine` first: their first step
  /// need not wait until the claim is on the disk. Of all others the claim is confirmed before they begin.
  std::set<std::string> begin_in_database{};
};

class Dispatcher {
 public:
  Dispatcher(service::JobStore& jobs, service::Clock& clock, WakeSignal& signal, metrics::Registry& metrics,
             std::map<std::string, JobHandler> handlers, DispatcherSettings settings);

  /// Runs until stopped, then drains: claims nothing more, lets running jobs end.
  /// @return false when jobs were still running after the drain time; their leases end by themselves.
  bool run(const std::stop_token& stop);

  /// True once `run` was told to stop and has seen it: from then on it claims nothing.
  [[nodiscard]] bool is_draining() const noexcept { return draining_; }

 private:
  struct Claimed {
    std::size_t started = 0;
    bool all_places = false;  ///< as many as were asked for: there may be more
  };
  Claimed claim_and_start();
  /// Its run may do something outside before it has written anything.
  [[nodiscard]] bool acts_at_once(const service::Job& job) const {
    return !settings_.begin_in_database.contains(job.kind);
  }
  void execute(const service::Job& job);
  service::JobOutcome handle(const service::Job& job);
  std::chrono::milliseconds until_next_look(const Claimed& claimed);
  /// Jobs whose end is not written yet hold their places: a worker never has more leases than twice its threads.
  [[nodiscard]] int free_places() const;
  /// Places that only urgent jobs get, so that ten thousand others never stand before one that takes rights away.
  [[nodiscard]] int kept_for_urgent() const noexcept { return settings_.threads > 1 ? 1 : 0; }

  service::JobStore& jobs_;
  service::Clock& clock_;
  WakeSignal& signal_;
  metrics::Registry& metrics_;
  std::map<std::string, JobHandler> handlers_;
  DispatcherSettings settings_;
  std::atomic<bool> draining_{false};
  LeaseKeeper leases_;
  Finisher finisher_;
  Executor executor_;
};

}  // namespace ztix::worker
