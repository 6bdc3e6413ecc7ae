#pragma once

/// @file tests/faults/cell.h
/// One cell: an operation, a worker that stops at a point, a fault there, and the exchange at rest afterwards.

#include <chrono>
#include <string>
#include <vector>

#include "tests/faults/exchange.h"
#include "tests/faults/table.h"

namespace ztix::faults {

struct Verdict {
  /// Why it failed, in words; empty when it passed.
  std::vector<std::string> wrong;
  /// What the fault did, as it was seen.
  std::string effect;
  std::chrono::milliseconds took{0};
};

/// @param extra  environment of every worker of the cell: a switch that disables a guard, for instance.
[[nodiscard]] Verdict run_cell(Exchange& exchange, const Cell& cell, const std::string& label,
                               const Environment& extra = {});

}  // namespace ztix::faults
