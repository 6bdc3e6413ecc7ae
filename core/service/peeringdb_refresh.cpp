#include "core/service/peeringdb_refresh.h"

#include "core/log/log.h"
#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

/// Never sooner than PeeringDB lets the same query be repeated.
constexpr std::chrono::milliseconds kFirstPause{31'000};
constexpr std::chrono::milliseconds kLongestPause{3'600'000};

std::string asns_of(const PeeringDbAnswer& answer) {
  std::string text;
  for (const auto& [asn, problem] : answer.refused) text += (text.empty() ? "AS" : " AS") + asn.text();
  return text;
}

}  // namespace

JobOutcome PeeringDbRefresh::run(const Job& job) {
  if (interval_.count() == 0) return job_done();
  const auto due = ports_.store.due(interval_, PeeringDbDirectory::kLargestBatch);
  if (!due) return job_failed(due.error(), job.attempt);
  return due->empty() ? next_look() : ask(job, *due);
}

JobOutcome PeeringDbRefresh::ask(const Job& job, const std::vector<domain::Asn>& due) {
  const auto answer = ports_.directory.look_up(due);
  if (!answer) {
    const auto failures = ports_.store.record_failure(job, answer.error().message);
    if (!failures) return job_failed(failures.error(), job.attempt);
    return job_snoozed(back_off(*failures, kFirstPause, kLongestPause), answer.error().message);
  }
  if (answer->wait) return job_snoozed(*answer->wait, "PeeringDB's limits want a pause.");
  if (const auto recorded = ports_.store.record(job, *answer); !recorded) {
    return job_failed(recorded.error(), job.attempt);
  }
  log::info("peeringdb.answered", {{"asked", static_cast<std::int64_t>(answer->asked.size())},
                                   {"found", static_cast<std::int64_t>(answer->entries.size())}});
  if (!answer->refused.empty()) log::warn("peeringdb.malformed", {{"asns", asns_of(*answer)}});
  return next_look();
}

JobOutcome PeeringDbRefresh::next_look() {
  const auto wait = ports_.store.next_due(interval_);
  return job_snoozed(wait ? *wait : std::chrono::milliseconds(interval_), "");
}

}  // namespace ztix::service
