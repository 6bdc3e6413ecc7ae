#pragma once

/// @file worker/hints.h
/// Listens for hints and passes them to the dispatcher's signal.

#include <stop_token>

#include "core/service/ports/wake_up.h"
#include "worker/wake_signal.h"

namespace ztix::worker {

/// Until stopped. A source that is down is asked again once a second; the sweep covers the time between.
void pass_hints_on(service::WakeUpReceiver& source, WakeSignal& signal, const std::stop_token& stop);

}  // namespace ztix::worker
