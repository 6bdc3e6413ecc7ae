#pragma once

/// @file tests/faults/operations.h
/// What people ask for in a cell, and when it counts as done.

#include <functional>
#include <string>
#include <vector>

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
  /// Sessions that are concerned, by a part of `ROUTE-SERVER SESSION`: they may be restarted.
  std::vector<std::string> disturbed{};
  /// Of the cell's workers.
  Environment environment{};
  /// What happens between the crash that the point needs and the worker that reaches it.
  std::function<void()> after_crash{};
  /// What the person types whose command stops at the point.
  std::vector<std::string> command{};
  /// Gives the exchange back what the cell took from it, with a healthy worker running.
  std::function<void()> clean_up{};
};

/// Asks, after a healthy worker has made what is needed for it (somebody to suspend, say). When this returns no worker
/// runs, so nothing happens to it before the cell's own worker is there.
[[nodiscard]] Asked ask_for(Exchange& exchange, Operation operation);

/// Lets a healthy worker work until that is so.
/// @throws std::runtime_error when it does not become so.
void prepare(Exchange& exchange, const std::function<bool()>& is_settled);

/// A request of the suite's AS number that is active: up or, if wished, suspended, and then switched off on every route
/// server. Made first when there is none.
[[nodiscard]] std::string some_member(Exchange& exchange, bool suspended);

[[nodiscard]] std::string state_of(Exchange& exchange, const std::string& request);
[[nodiscard]] std::string node_of(Exchange& exchange, const std::string& request);
/// `as1200000_0007_n1_`: its sessions are this and `v4` or `v6`.
[[nodiscard]] std::string session_prefix(Exchange& exchange, const std::string& request);

/// A new request that is approved; its id.
[[nodiscard]] std::string approve_new(Exchange& exchange);

/// The digest that BIRD answers while the root of that revision runs; empty before it was rendered.
[[nodiscard]] std::string digest_of(Exchange& exchange, const std::string& route_server, std::int64_t revision);

}  // namespace ztix::faults
