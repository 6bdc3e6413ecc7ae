#include "worker/dispatcher.h"

#include <algorithm>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/job_outcome.h"

namespace ztix::worker {
namespace {

using Verdict = service::JobOutcome::Verdict;

constexpr std::chrono::milliseconds kPauseWhenBlocked{100};

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::done:
      return "done";
    case Verdict::snooze:
      return "snoozed";
    case Verdict::retry:
      return "retried";
    case Verdict::discard:
      return "discarded";
    case Verdict::fenced:
      return "fenced";
    case Verdict::released:
      return "released";
    case Verdict::parked:
      return "parked";
  }
  return "";
}

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
      executor_(settings_.threads) {}

bool Dispatcher::run(const std::stop_token& stop) {
  const std::stop_callback wake_up(stop, [this] {
    draining_ = true;
    signal_.wake();
  });
  while (!stop.stop_requested()) {
    signal_.wait_for(until_next_look(claim_and_start()));
  }
  log::info("worker.draining");
  return executor_.wait_until_idle(settings_.drain);
}

std::chrono::milliseconds Dispatcher::until_next_look(std::size_t started) {
  // With no place but the one for urgent jobs, only a hint or the end of a run is worth a look.
  if (executor_.free_places() <= kept_for_urgent()) return settings_.sweep;
  const auto due = jobs_.next_due();
  if (!due || !*due) return settings_.sweep;
  // Due but not claimable (its subject is being worked on): the end of that run wakes us, so there is no hurry.
  const auto least = started == 0 ? kPauseWhenBlocked : std::chrono::milliseconds(1);
  return std::clamp(**due, least, settings_.sweep);
}

std::size_t Dispatcher::claim_and_start() {
  const int places = executor_.free_places();
  if (places <= 0) return 0;
  const auto before = clock_.monotonic();
  crash_point("claim.before");
  const bool only_urgent = places <= kept_for_urgent();
  auto claimed = only_urgent ? jobs_.claim(settings_.worker, settings_.times.lease, places, service::kUrgent)
                             : jobs_.claim(settings_.worker, settings_.times.lease, places - kept_for_urgent());
  if (!claimed) {
    log::warn("jobs.not_claimed", {{"error", claimed.error().message}, {"detail", claimed.error().detail}});
    return 0;
  }
  if (!claimed->empty()) crash_point("claim.after");
  for (auto& job : *claimed) {
    leases_.keep(job, before);
    executor_.submit([this, job = std::move(job)] { execute(job); });
  }
  return claimed->size();
}

void Dispatcher::execute(const service::Job& job) {
  const log::LogContext context(job.trace_id, job.id);
  log::info("job.started", {{"kind", job.kind}, {"subject", job.subject}, {"attempt", job.attempt}});
  const auto started = clock_.monotonic();
  const auto outcome = handle(job);
  const std::chrono::duration<double> took = clock_.monotonic() - started;
  metrics_.observe_seconds("ztix_job_run_seconds", "How long runs of jobs took.", took.count(), {{"kind", job.kind}});
  metrics_.count("ztix_job_runs_total", "Runs of jobs by what became of them.",
                 {{"kind", job.kind}, {"verdict", std::string(word(outcome.verdict))}});
  finish(job, outcome);
  leases_.release(job);
  signal_.wake();
}

service::JobOutcome Dispatcher::handle(const service::Job& job) {
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    return {Verdict::discard, std::chrono::milliseconds(0), "No handler for kind " + job.kind + " in this version."};
  }
  try {
    return handler->second(job, [this, &job] { return leases_.is_trusted(job); });
  } catch (const std::exception& bug) {
    log::error("job.bug", {{"kind", job.kind}, {"what", bug.what()}});
    return service::job_failed(fail(ErrorCode::internal, "A bug in the program; see the log.").with_detail(bug.what()),
                               job.attempt);
  } catch (...) {
    return service::job_failed(fail(ErrorCode::internal, "A bug in the program; see the log."), job.attempt);
  }
}

void Dispatcher::finish(const service::Job& job, const service::JobOutcome& outcome) {
  crash_point("finish.before");
  const auto finished = jobs_.finish(job, outcome);
  crash_point("finish.after");
  const std::string verdict(word(outcome.verdict));
  if (outcome.error.empty()) {
    log::info("job.finished", {{"kind", job.kind}, {"subject", job.subject}, {"verdict", verdict}});
  } else {
    log::warn("job.finished",
              {{"kind", job.kind}, {"subject", job.subject}, {"verdict", verdict}, {"error", outcome.error}});
  }
  // Not written: the lease ends by itself and the next run observes how far this one got.
  if (!finished) log::warn("job.not_finished", {{"error", finished.error().message}});
}

}  // namespace ztix::worker
