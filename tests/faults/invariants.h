#pragma once

/// @file tests/faults/invariants.h
/// What must be true of the exchange whenever it is at rest, whatever happened before.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/faults/exchange.h"

namespace ztix::faults {

/// What is compared with before a cell.
struct Baseline {
  /// Sessions of the lab's members, whom no cell's change concerns: BIRD's `since` by route server and session, in
  /// seconds of the day.
  std::map<std::string, int> uptimes;
  /// Length of each host's journal; of a host without one nothing is asked.
  std::map<std::string, std::uintmax_t> journals;
  std::int64_t dead_jobs = 0;
};

[[nodiscard]] Baseline baseline(Exchange& exchange);

/// No job runs or waits, but for the periodic ones.
[[nodiscard]] bool is_at_rest(Exchange& exchange);

/// Everything that is not as it was approved, in words; empty when all is well.
/// @param refused  how many changes the exchange rightly gave up on meanwhile: their jobs end as dead, for people to
/// see.
[[nodiscard]] std::vector<std::string> violations(Exchange& exchange, const Baseline& before, int refused = 0);

}  // namespace ztix::faults
