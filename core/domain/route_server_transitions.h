#pragma once

/// @file core/domain/route_server_transitions.h
/// The lifecycle of a route server, as far as people drive it. Drawn in docs/state-machines.md.

#include <algorithm>
#include <array>

#include "core/domain/states.h"

namespace ztix::domain {

/// One step a person may order.
struct RouteServerTransition {
  RouteServerState from;
  RouteServerState to;
};

/// `enabled` is absent as a target: only the worker gets there, from `joining`, when the first full apply is confirmed.
/// Nothing leaves `removed`, since its name stays in the history.
inline constexpr std::array kRouteServerTransitions{
    RouteServerTransition{RouteServerState::joining, RouteServerState::disabled},
    RouteServerTransition{RouteServerState::joining, RouteServerState::removed},
    RouteServerTransition{RouteServerState::enabled, RouteServerState::draining},
    RouteServerTransition{RouteServerState::enabled, RouteServerState::maintenance},
    RouteServerTransition{RouteServerState::enabled, RouteServerState::disabled},
    RouteServerTransition{RouteServerState::enabled, RouteServerState::removed},
    RouteServerTransition{RouteServerState::draining, RouteServerState::maintenance},
    RouteServerTransition{RouteServerState::draining, RouteServerState::joining},
    RouteServerTransition{RouteServerState::draining, RouteServerState::disabled},
    RouteServerTransition{RouteServerState::maintenance, RouteServerState::joining},
    RouteServerTransition{RouteServerState::maintenance, RouteServerState::disabled},
    RouteServerTransition{RouteServerState::maintenance, RouteServerState::removed},
    RouteServerTransition{RouteServerState::disabled, RouteServerState::joining},
    RouteServerTransition{RouteServerState::disabled, RouteServerState::removed},
};

/// May a person order this step?
[[nodiscard]] constexpr bool may_change(RouteServerState from, RouteServerState to) noexcept {
  return std::any_of(kRouteServerTransitions.begin(), kRouteServerTransitions.end(),
                     [&](const auto& transition) { return transition.from == from && transition.to == to; });
}
static_assert(!may_change(RouteServerState::joining, RouteServerState::enabled));

}  // namespace ztix::domain
