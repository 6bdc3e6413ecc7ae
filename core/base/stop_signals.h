#pragma once

/// @file core/base/stop_signals.h
/// How a service is told to end: SIGTERM, or SIGINT from the terminal.

#include <csignal>

namespace ztix {

/// To be made before the first thread starts: threads inherit that both signals are blocked, so only wait() gets
/// them. A peer that hangs up is an error of a write and no signal (SIGPIPE is ignored).
class StopSignals {
 public:
  StopSignals();
  /// Blocks until one of the two arrives.
  void wait() const;

 private:
  sigset_t signals_;
};

}  // namespace ztix
