#include "worker/breaker.h"

#include "core/log/log.h"
#include "core/service/job_outcome.h"

namespace ztix::worker {

std::string subject_target(const service::Job& job) { return job.subject; }

std::string controller_target(const service::Job& /*job*/) { return "controller"; }

JobHandler with_breaker(service::TargetBreaker& breaker, service::JobStore& jobs, TargetOf target_of,
                        JobHandler handler) {
  return [&breaker, &jobs, target_of = std::move(target_of), handler = std::move(handler)](
             const service::Job& job, const service::StillMine& still_mine) {
    const auto target = target_of(job);
    if (const auto wait = breaker.wait_for(target, job.subject)) {
      return service::job_snoozed(*wait, target + " does not answer; it is tried again now and then.");
    }
    auto outcome = handler(job, still_mine);
    if (outcome.target_unreachable) {
      breaker.failed(target, job.subject);
      return outcome;
    }
    for (const auto& subject : breaker.succeeded(target)) {
      const auto due = jobs.make_due(subject);
      if (!due) log::warn("breaker.not_woken", {{"subject", subject}, {"error", due.error().message}});
    }
    return outcome;
  };
}

}  // namespace ztix::worker
