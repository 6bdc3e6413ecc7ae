#pragma once

/// @file worker/worker.h
/// The job process: builds the adapters, passes references, runs until it is told to stop.

#include <stop_token>

#include "core/config/settings.h"

namespace ztix::worker {

/// Blocks until `stop`, then drains.
/// @return the exit code: 0, or 75 (EX_TEMPFAIL) when jobs were still running after the drain time.
int run_worker(const config::WorkerSettings& settings, const std::stop_token& stop);

}  // namespace ztix::worker
