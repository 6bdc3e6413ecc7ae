#pragma once

/// @file tests/faults/operations.h
/// What people ask for in a cell, and when it counts as done.

#include <functional>
#include <string>

#include "tests/faults/exchange.h"
#include "tests/faults/table.h"

namespace ztix::faults {

/// An operation that was asked for, and is not done yet.
struct Asked {
  /// True as soon as what was asked for is so. May let time pass for the exchange, where it only waits for a clock.
  std::function<bool()> is_settled;
  /// For a harmful change: the route server it goes to.
  std::string harmed_route_server{};
  /// The revision that does the harm, 0 for a good change.
  std::int64_t harmful_revision = 0;
  /// Everybody's sessions with this route server may be restarted.
  std::string disturbed_route_server{};
  /// Gives the exchange back what the cell took from it, with a healthy worker running.
  std::function<void()> clean_up{};
};

/// Asks, after a healthy worker has made what is needed for it (somebody to suspend, say). When this returns no worker
/// runs, so nothing happens to it before the cell's own worker is there.
[[nodiscard]] Asked ask_for(Exchange& exchange, Operation operation);

/// The digest that BIRD answers while the root of that revision runs; empty before it was rendered.
[[nodiscard]] std::string digest_of(Exchange& exchange, const std::string& route_server, std::int64_t revision);

}  // namespace ztix::faults
