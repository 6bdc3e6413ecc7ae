#pragma once

/// @file tests/faults/scenarios.h
/// Eleven kinds of trouble while people keep asking: how soon is the exchange as fast as before, and was anything lost?

#include <string>

#include "tests/faults/exchange.h"

namespace ztix::faults {

/// Runs the scenarios whose name matches; prints one line each. True if every one was back to 95 % of its throughput
/// within 30 s after the trouble, with nothing lost and nothing twice.
[[nodiscard]] bool run_scenarios(Exchange& exchange, const std::string& only);

/// Random trouble while people ask and change their minds, for so many minutes; then the exchange at rest against the
/// audit log. True if everything that was decided is so, and nothing else.
[[nodiscard]] bool soak(Exchange& exchange, int minutes_long, std::uint64_t seed);

}  // namespace ztix::faults
