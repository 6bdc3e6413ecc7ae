#include "worker/lease_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "core/log/log.h"

namespace ztix::worker {

LeaseKeeper::LeaseKeeper(service::JobStore& jobs, service::Clock& clock, std::string worker, LeaseTimes times)
    : jobs_(jobs),
      clock_(clock),
      worker_(std::move(worker)),
      times_(times),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void LeaseKeeper::keep(const service::Job& job, std::chrono::steady_clock::time_point claimed_at) {
  leases_.with([&](auto& leases) { leases.insert_or_assign(job.id, Lease{job, claimed_at + times_.trust(), false}); });
}

void LeaseKeeper::release(const service::Job& job) {
  leases_.with([&](auto& leases) { leases.erase(job.id); });
}

bool LeaseKeeper::is_trusted(const service::Job& job) const {
  return leases_.with([&](const auto& leases) {
    const auto found = leases.find(job.id);
    return found != leases.end() && !found->second.lost && clock_.monotonic() < found->second.trusted_until;
  });
}

void LeaseKeeper::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nudge;
  std::unique_lock hold(mutex);
  while (!stop.stop_requested()) {
    nudge.wait_for(hold, stop, times_.heartbeat, [] { return false; });
    if (!stop.stop_requested()) beat();
  }
}

void LeaseKeeper::beat() {
  const auto running = leases_.with([](const auto& leases) {
    std::vector<service::Job> jobs;
    for (const auto& [id, lease] : leases) {
      if (!lease.lost) jobs.push_back(lease.job);
    }
    return jobs;
  });
  if (running.empty()) return;
  const auto started = clock_.monotonic();
  const auto kept = jobs_.heartbeat(worker_, times_.lease, running);
  if (!kept) {
    log::warn("lease.not_renewed", {{"error", kept.error().message}});
    return;
  }
  leases_.with([&](auto& leases) {
    for (const auto& job : running) {
      const auto found = leases.find(job.id);
      if (found == leases.end()) continue;
      const bool ours = std::find(kept->begin(), kept->end(), job.id) != kept->end();
      if (ours) {
        found->second.trusted_until = started + times_.trust();
      } else {
        found->second.lost = true;
      }
    }
  });
}

}  // namespace ztix::worker
