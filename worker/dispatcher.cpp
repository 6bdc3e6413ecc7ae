#include "worker/dispatcher.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/job_outcome.h"
#include "worker/verdict_word.h"

namespace ztix::worker {
namespace {

using Verdict = service::JobOutcome::Verdict;

constexpr std::chrono::milliseconds kPauseWhenBlocked{100};
/// On an idle system the first step of what was claimed is under way by then. A second hint of the same job, or the
/// question what is due next, would take one of two cores from it.
constexpr std::chrono::milliseconds kFirstStepAlone{3};

}  // namespace

Dispatcher::Dispatcher(service::JobStore& jobs, service::Clock& clock, WakeSignal& signal, metrics::Registry& metrics,
                       std::map<std::string, JobHandler> handlers, DispatcherSettings settings)
    : jobs_(jobs),
      clock_(clock),
      signal_(signal),
      metrics_(metrics),
      handlers_(std::move(handlers)),
      settings_(std::move(settings)),
      leases_(jobs, clock, settings_.worker, settings_.times),
      finisher_(jobs, leases_, signal),
      executor_(settings_.threads, [&signal] { signal.wake(); }) {}

bool Dispatcher::run(const std::stop_token& stop) {
  const std::stop_callback wake_up(stop, [this] { signal_.wake(); });
  while (!stop.stop_requested()) {
    const auto claimed = claim_and_start();
    if (claimed.started > 0 && !claimed.all_places) std::this_thread::sleep_for(kFirstStepAlone);
    signal_.wait_for(until_next_look(claimed));
  }
  draining_ = true;
  log::info("worker.draining");
  return executor_.wait_until_idle(settings_.drain);
}

std::chrono::milliseconds Dispatcher::until_next_look(const Claimed& claimed) {
  // With no place but the one for urgent jobs, only a hint or the end of a run is worth a look.
  if (free_places() <= kept_for_urgent()) return settings_.sweep;
  if (claimed.all_places) return std::chrono::milliseconds(0);
  const auto due = jobs_.next_due();
  if (!due || !*due) return settings_.sweep;
  // Due but not claimable (its subject is being worked on): the end of that run wakes us, so there is no hurry.
  const auto least = claimed.started == 0 ? kPauseWhenBlocked : std::chrono::milliseconds(1);
  return std::clamp(**due, least, settings_.sweep);
}

int Dispatcher::free_places() const {
  return std::cmp_less(finisher_.waiting(), settings_.threads) ? executor_.free_places() : 0;
}

Dispatcher::Claimed Dispatcher::claim_and_start() {
  const int places = free_places();
  if (places <= 0) return {};
  const auto before = clock_.monotonic();
  crash_point("claim.before");
  const bool only_urgent = places <= kept_for_urgent();
  const int asked = only_urgent ? places : places - kept_for_urgent();
  auto claimed = jobs_.claim(settings_.worker, settings_.times.lease, asked,
                             only_urgent ? service::kUrgent : service::kWorstPriority);
  if (!claimed) {
    log::warn("jobs.not_claimed", {{"error", claimed.error().message}, {"detail", claimed.error().detail}});
    return {};
  }
  if (!claimed->empty()) crash_point("claim.after");
  for (const auto& job : *claimed) leases_.keep(job, before);
  std::vector<service::Job> at_once;
  std::copy_if(claimed->begin(), claimed->end(), std::back_inserter(at_once),
               [this](const service::Job& job) { return acts_at_once(job); });
  leases_.confirm(at_once);
  for (auto& job : *claimed) executor_.submit([this, job = std::move(job)] { execute(job); });
  return {claimed->size(), std::cmp_equal(claimed->size(), asked)};
}

void Dispatcher::execute(const service::Job& job) {
  const log::LogContext context(job.trace_id, job.id);
  log::info("job.started", {{"kind", job.kind}, {"subject", job.subject}, {"attempt", job.attempt}});
  const auto started = clock_.monotonic();
  const auto outcome = handle(job);
  const std::chrono::duration<double> took = clock_.monotonic() - started;
  metrics_.observe_seconds("ztix_job_run_seconds", "How long runs of jobs took.", took.count(), {{"kind", job.kind}});
  metrics_.count("ztix_job_runs_total", "Runs of jobs by what became of them.",
                 {{"kind", job.kind}, {"verdict", std::string(verdict_word(outcome.verdict))}});
  finisher_.finish(job, outcome);
}

service::JobOutcome Dispatcher::handle(const service::Job& job) {
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    return {Verdict::discard, std::chrono::milliseconds(0), "No handler for kind " + job.kind + " in this version."};
  }
  const auto still_mine = [this, &job] { return leases_.may_act(job); };
  try {
    if (acts_at_once(job) && !still_mine()) return service::job_failed(service::lease_uncertain(), job.attempt);
    return handler->second(job, still_mine);
  } catch (const std::exception& bug) {
    log::error("job.bug", {{"kind", job.kind}, {"what", bug.what()}});
    return service::job_failed(fail(ErrorCode::internal, "A bug in the program; see the log.").with_detail(bug.what()),
                               job.attempt);
  } catch (...) {
    return service::job_failed(fail(ErrorCode::internal, "A bug in the program; see the log."), job.attempt);
  }
}

}  // namespace ztix::worker
