#pragma once

/// @file worker/verdict_word.h
/// What became of a run, as a word of the log and of the metrics.

#include <string_view>

#include "core/service/ports/job_store.h"

namespace ztix::worker {

[[nodiscard]] constexpr std::string_view verdict_word(service::JobOutcome::Verdict verdict) {
  using Verdict = service::JobOutcome::Verdict;
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

}  // namespace ztix::worker
