#pragma once

/// @file core/service/job_outcome.h
/// From an error to a job's verdict: the one table (style guide: errors).

#include <chrono>
#include <string>

#include "core/base/error.h"
#include "core/service/ports/job_store.h"

namespace ztix::service {

[[nodiscard]] JobOutcome job_done();
[[nodiscard]] JobOutcome job_snoozed(std::chrono::milliseconds delay, std::string why);

/// unavailable, timeout, upstream, rate_limited, internal: run again, later each time; conflict, fenced: stop, the
/// other one has it; everything else: permanent.
/// @param attempt  how often it ran, from 1.
[[nodiscard]] JobOutcome job_failed(const Error& error, int attempt);

/// `fenced`: the right to go on is uncertain, so nothing more may be done outside.
[[nodiscard]] Error lease_uncertain();

/// Doubles from `first` with each attempt, at most `longest`.
[[nodiscard]] std::chrono::milliseconds back_off(int attempt, std::chrono::milliseconds first,
                                                 std::chrono::milliseconds longest);

/// The number or name after the colon of a job's subject, e.g. `rs1` of `route_server:rs1`.
[[nodiscard]] std::string subject_name(const Job& job);

}  // namespace ztix::service
