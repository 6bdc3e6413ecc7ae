#pragma once

/// @file tests/faults/operations.h
/// What people ask for in a cell, and what the exchange shall look like when it is through.

#include <functional>
#include <string>

#include "tests/faults/exchange.h"
#include "tests/faults/table.h"

namespace ztix::faults {

/// An operation that was asked for, and is not done yet.
struct Asked {
  /// True as soon as what was asked for is so.
  std::function<bool()> is_settled;
  /// For a harmful change: the route server it goes to.
  std::string harmed_route_server{};
  /// The revision that does the harm, 0 for a good change.
  std::int64_t harmful_revision = 0;
  /// Gives the exchange back what the cell took from it, with a healthy worker running.
  std::function<void()> clean_up{};
};

/// Asks. No worker runs yet, so nothing happens to it before the cell's own worker is there.
[[nodiscard]] Asked ask_for(Exchange& exchange, Operation operation);

/// The digest that BIRD answers while the root of that revision runs; empty before it was rendered.
[[nodiscard]] std::string digest_of(Exchange& exchange, const std::string& route_server, std::int64_t revision);

}  // namespace ztix::faults
