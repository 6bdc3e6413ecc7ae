#include "worker/lease_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "core/log/log.h"

namespace ztix::worker {

LeaseKeeper::LeaseKeeper(service::JobStore& jobs, service::Clock& clock, std::string worker, LeaseTimes times)
    : jobs_(jobs),
      clock_(clock),
      worker_(std::move(worker)),
      times_(times),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void LeaseKeeper::keep(const service::Job& job, std::chrono::steady_clock::time_point claimed_at) {
  leases_.with([&](Leases& leases) {
    leases.insert_or_assign(job.id, Lease{job, claimed_at + times_.trust(), false, false});
  });
}

LeaseKeeper::Lease* LeaseKeeper::lease_of(Leases& leases, const service::Job& job) {
  const auto found = leases.find(job.id);
  return found != leases.end() && found->second.job.fence == job.fence ? &found->second : nullptr;
}

void LeaseKeeper::release(const service::Job& job) {
  leases_.with([&](Leases& leases) {
    if (lease_of(leases, job) != nullptr) leases.erase(job.id);
  });
}

bool LeaseKeeper::may_act(const service::Job& job) {
  const bool confirmed = leases_.with([&](Leases& leases) {
    const auto* const lease = lease_of(leases, job);
    return lease == nullptr || lease->confirmed;
  });
  if (!confirmed) confirm({job});
  return leases_.with([&](Leases& leases) {
    const auto* const lease = lease_of(leases, job);
    return lease != nullptr && lease->confirmed && !lease->lost && clock_.monotonic() < lease->trusted_until;
  });
}

void LeaseKeeper::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any nudge;
  std::unique_lock hold(mutex);
  while (!stop.stop_requested()) {
    nudge.wait_for(hold, stop, times_.heartbeat, [] { return false; });
    if (!stop.stop_requested()) confirm(running());
  }
}

std::vector<service::Job> LeaseKeeper::running() {
  return leases_.with([](const Leases& leases) {
    std::vector<service::Job> jobs;
    for (const auto& [id, lease] : leases) {
      if (!lease.lost) jobs.push_back(lease.job);
    }
    return jobs;
  });
}

void LeaseKeeper::confirm(const std::vector<service::Job>& jobs) {
  if (jobs.empty()) return;
  const auto started = clock_.monotonic();
  const auto kept = jobs_.heartbeat(worker_, times_.lease, jobs);
  if (!kept) {
    log::warn("lease.not_renewed", {{"error", kept.error().message}});
    return;
  }
  leases_.with([&](Leases& leases) {
    for (const auto& job : jobs) {
      auto* const lease = lease_of(leases, job);
      if (lease == nullptr) continue;
      const bool ours = std::find(kept->begin(), kept->end(), job.id) != kept->end();
      if (ours) {
        lease->trusted_until = started + times_.trust();
        lease->confirmed = true;
      } else {
        lease->lost = true;
      }
    }
  });
}

}  // namespace ztix::worker
