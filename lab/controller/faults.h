#pragma once

/// @file lab/controller/faults.h
/// What a test makes go wrong. Never reachable through the controller's own API.

#include <chrono>
#include <string>

#include "core/base/guarded.h"

namespace ztix::lab::controller {

/// Counters are used up one request at a time; zero means "no fault".
struct FaultPlan {
  unsigned lose_writes = 0;    ///< so many changing requests are answered 200 and not stored
  unsigned fail_requests = 0;  ///< so many requests are answered with `fail_status`, nothing is done
  int fail_status = 503;
  std::string fail_body;
  unsigned drop_replies = 0;           ///< so many requests are carried out, then the connection is cut
  std::chrono::milliseconds delay{0};  ///< every request waits so long first
};

/// Shared by the server's threads and whoever injects the faults.
class Faults {
 public:
  void set(FaultPlan plan) {
    plan_.with([&plan](FaultPlan& current) { current = std::move(plan); });
  }
  [[nodiscard]] FaultPlan current() const {
    return plan_.with([](const FaultPlan& plan) { return plan; });
  }
  /// True if this one is to fail; uses up one.
  [[nodiscard]] bool take_lost_write() { return take(&FaultPlan::lose_writes); }
  [[nodiscard]] bool take_failure() { return take(&FaultPlan::fail_requests); }
  [[nodiscard]] bool take_dropped_reply() { return take(&FaultPlan::drop_replies); }

 private:
  bool take(unsigned FaultPlan::*counter) {
    return plan_.with([counter](FaultPlan& plan) {
      if (plan.*counter == 0) return false;
      --(plan.*counter);
      return true;
    });
  }
  Guarded<FaultPlan> plan_;
};

}  // namespace ztix::lab::controller
