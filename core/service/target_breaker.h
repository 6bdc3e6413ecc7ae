#pragma once

/// @file core/service/target_breaker.h
/// A target that does not answer costs one attempt now and then, not one per job that wants something of it.

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/guarded.h"
#include "core/service/ports/clock.h"

namespace ztix::service {

struct BreakerSettings {
  int failures = 5;  ///< in a row, until it opens
  std::chrono::milliseconds probe_every{10'000};
};

/// Targets are hosts and controllers, named by whoever asks. Kept in memory: a new process learns anew within a few
/// attempts, so losing it is harmless. Safe for several threads.
class TargetBreaker {
 public:
  TargetBreaker(Clock& clock, BreakerSettings settings) : clock_(clock), settings_(settings) {}

  /// nullopt: go ahead. Else the target is open, and this is how long until the next attempt; of all who ask then one
  /// is let through. `subject` is remembered, to be told when the target answers again.
  std::optional<std::chrono::milliseconds> wait_for(const std::string& target, const std::string& subject);
  void failed(const std::string& target, const std::string& subject);
  /// @return the subjects that failed or were turned away meanwhile.
  std::vector<std::string> succeeded(const std::string& target);

 private:
  struct State {
    int failures = 0;
    std::chrono::steady_clock::time_point next_attempt;
    std::set<std::string> waiting;
  };
  Clock& clock_;
  BreakerSettings settings_;
  Guarded<std::map<std::string, State>> states_;
};

}  // namespace ztix::service
