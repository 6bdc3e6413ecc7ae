#pragma once

/// @file tests/faults/hands.h
/// Operations that begin outside the exchange: hands on hosts and at the controller, a member that announces too much,
/// a freeze, workers that die before the cell.

#include "tests/faults/operations.h"

namespace ztix::faults {

/// A suspended member is authorised at the controller; the next look takes that back.
[[nodiscard]] Asked authorize_by_hand(Exchange& exchange);
/// The boot file of the last route server gets another content; the next look asks for an apply, which stores it again.
[[nodiscard]] Asked edit_boot_file(Exchange& exchange);
/// A suspended member's session is enabled on a route server; the next look switches it off.
[[nodiscard]] Asked enable_by_hand(Exchange& exchange);

/// Who is the first to see that BIRD has closed a session.
enum class Sees : std::uint8_t { apply, look };
/// m2 announces more than its limit until the clean-up.
[[nodiscard]] Asked announce_too_much(Exchange& exchange, Sees who);

/// Somebody was approved under a freeze, which a person's command lifts.
[[nodiscard]] Asked lift_freeze(Exchange& exchange);

/// An approval of which three workers died one after the other; a minute has passed since.
[[nodiscard]] Asked let_three_workers_die(Exchange& exchange);

}  // namespace ztix::faults
