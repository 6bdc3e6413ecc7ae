#include "core/service/job_outcome.h"

#include <algorithm>

namespace ztix::service {
namespace {

using Verdict = JobOutcome::Verdict;
using std::chrono::milliseconds;

constexpr milliseconds kFirstDelay{500};
constexpr milliseconds kLongestDelay{300'000};

Verdict verdict_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::out_of_range:
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::refused_transition:
      return Verdict::discard;
    case ErrorCode::fenced:
      return Verdict::fenced;
    case ErrorCode::rate_limited:
      return Verdict::snooze;
    case ErrorCode::unavailable:
    case ErrorCode::timeout:
    case ErrorCode::upstream:
    case ErrorCode::internal:
      return Verdict::retry;
  }
  return Verdict::retry;
}

}  // namespace

JobOutcome job_done() { return {Verdict::done, milliseconds(0), {}}; }

JobOutcome job_snoozed(milliseconds delay, std::string why) { return {Verdict::snooze, delay, std::move(why)}; }

milliseconds back_off(int attempt, milliseconds first, milliseconds longest) {
  const int doublings = std::clamp(attempt - 1, 0, 20);
  return std::min(longest, first * (1L << doublings));
}

JobOutcome job_failed(const Error& error, int attempt) {
  const auto why = error.detail.empty() ? error.message : error.message + " (" + error.detail + ")";
  return {verdict_of(error.code), back_off(attempt, kFirstDelay, kLongestDelay), why};
}

std::string subject_name(const Job& job) {
  const auto colon = job.subject.find(':');
  return colon == std::string::npos ? job.subject : job.subject.substr(colon + 1);
}

Error lease_uncertain() { return fail(ErrorCode::fenced, "The lease of this job is no longer certain."); }

}  // namespace ztix::service
