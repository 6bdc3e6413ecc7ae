#include "worker/finisher.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "worker/verdict_word.h"

namespace ztix::worker {
namespace {

using Verdict = service::JobOutcome::Verdict;

/// What ends without a word can be written for many at once.
bool can_be_joined(const service::JobOutcome& outcome) {
  return outcome.verdict == Verdict::done && outcome.error.empty();
}

void log_end(const service::Job& job, const service::JobOutcome& outcome) {
  const std::string verdict(verdict_word(outcome.verdict));
  if (outcome.error.empty()) {
    log::info("job.finished", {{"kind", job.kind}, {"subject", job.subject}, {"verdict", verdict}});
  } else {
    log::warn("job.finished",
              {{"kind", job.kind}, {"subject", job.subject}, {"verdict", verdict}, {"error", outcome.error}});
  }
}

/// Not written: the lease ends by itself and the next run observes how far this one got.
void log_not_written(std::string_view why) { log::warn("job.not_finished", {{"error", why}}); }

}  // namespace

void Finisher::finish(const service::Job& job, const service::JobOutcome& outcome) {
  crash_point("finish.before");
  if (!can_be_joined(outcome)) {
    write({job}, outcome);
    return;
  }
  const bool writes_already = done_.with([&](Done& done) {
    done.waiting.push_back(job);
    return std::exchange(done.somebody_writes, true);
  });
  if (writes_already) return;
  for (;;) {
    const auto batch = done_.with([](Done& done) {
      done.somebody_writes = !done.waiting.empty();
      return std::exchange(done.waiting, {});
    });
    if (batch.empty()) return;
    write(batch, {});
  }
}

std::size_t Finisher::waiting() const {
  return done_.with([](const Done& done) { return done.waiting.size(); });
}

Result<std::vector<std::int64_t>> Finisher::store_end(const std::vector<service::Job>& batch,
                                                      const service::JobOutcome& outcome) {
  if (can_be_joined(outcome)) return jobs_.finish_many(batch);
  ZTIX_CHECK(jobs_.finish(batch.front(), outcome));
  return std::vector<std::int64_t>{batch.front().id};
}

void Finisher::write(const std::vector<service::Job>& batch, const service::JobOutcome& outcome) {
  const auto ended = store_end(batch, outcome);
  crash_point("finish.after");
  for (const auto& job : batch) {
    const log::LogContext context(job.trace_id, job.id);
    log_end(job, outcome);
    if (!ended) {
      log_not_written(ended.error().message);
    } else if (std::find(ended->begin(), ended->end(), job.id) == ended->end()) {
      log_not_written("Another worker has taken this job over.");
    }
    leases_.release(job);
  }
  signal_.wake();
}

}  // namespace ztix::worker
