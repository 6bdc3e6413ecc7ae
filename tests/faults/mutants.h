#pragma once

/// @file tests/faults/mutants.h
/// Guards taken out, one at a time: a suite that then still passes would prove nothing. The guards that count most are
/// on the hosts, so the mutants are variants of ztix-rs that are built without one of them
/// (route-server/helper/guards.h) and take its place on the lab's hosts. No program that is installed has a switch that
/// makes it unsafe.

#include <string>
#include <vector>

#include "tests/faults/exchange.h"

namespace ztix::faults {

struct Mutant {
  std::string name;
  std::string what;
  std::string program;  ///< below mutants/ of the build
  /// Cells that must fail while the guard is away.
  std::vector<std::string> cells;
};

[[nodiscard]] const std::vector<Mutant>& mutants();

/// Runs each mutant's cells and prints which of them noticed. True if every mutant was caught.
[[nodiscard]] bool run_mutants(Exchange& exchange);

}  // namespace ztix::faults
