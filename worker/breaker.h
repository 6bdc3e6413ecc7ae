#pragma once

/// @file worker/breaker.h
/// Puts the breaker between the dispatcher and the jobs, so that no job has to know of it.

#include <functional>
#include <string>

#include "core/service/ports/job_store.h"
#include "core/service/target_breaker.h"
#include "worker/dispatcher.h"

namespace ztix::worker {

/// What a job works on: a route server (its subject), or the controller.
using TargetOf = std::function<std::string(const service::Job&)>;

/// Turns a job away while its target is open; counts whether the target answered. When it answers again, every job that
/// waits for it is due at once.
/// @param breaker, jobs  outlive the handler.
[[nodiscard]] JobHandler with_breaker(service::TargetBreaker& breaker, service::JobStore& jobs, TargetOf target_of,
                                      JobHandler handler);

[[nodiscard]] std::string subject_target(const service::Job& job);
[[nodiscard]] std::string controller_target(const service::Job& job);

}  // namespace ztix::worker
