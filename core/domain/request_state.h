#pragma once

/// @file core/domain/request_state.h
/// The lifecycle of a request: what people do. Drawn in docs/state-machines.md.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ztix::domain {

enum class RequestState : std::uint8_t {
  pending,
  needs_info,
  approved,
  provisioning,
  active,
  failed,
  rejected,
  withdrawn,
  expired,
  revoking,
  revoked,
};

inline constexpr std::array kRequestStates{
    RequestState::pending, RequestState::needs_info, RequestState::approved, RequestState::provisioning,
    RequestState::active,  RequestState::failed,     RequestState::rejected, RequestState::withdrawn,
    RequestState::expired, RequestState::revoking,   RequestState::revoked,
};

enum class RequestEvent : std::uint8_t {
  approve,
  reject,
  ask,
  answer,
  withdraw,
  expire,
  start,
  succeed,
  fail,
  retry,
  converge,
  revoke,
  done,
};

inline constexpr std::array kRequestEvents{
    RequestEvent::approve,  RequestEvent::reject, RequestEvent::ask,     RequestEvent::answer, RequestEvent::withdraw,
    RequestEvent::expire,   RequestEvent::start,  RequestEvent::succeed, RequestEvent::fail,   RequestEvent::retry,
    RequestEvent::converge, RequestEvent::revoke, RequestEvent::done,
};

/// One allowed step.
struct Transition {
  RequestState from;
  RequestEvent on;
  RequestState to;
};

/// The whole lifecycle. Anything absent here is refused with `refused_transition` and changes nothing.
inline constexpr std::array kRequestTransitions{
    Transition{RequestState::pending, RequestEvent::approve, RequestState::approved},
    Transition{RequestState::pending, RequestEvent::reject, RequestState::rejected},
    Transition{RequestState::pending, RequestEvent::ask, RequestState::needs_info},
    Transition{RequestState::pending, RequestEvent::withdraw, RequestState::withdrawn},
    Transition{RequestState::pending, RequestEvent::expire, RequestState::expired},
    Transition{RequestState::needs_info, RequestEvent::answer, RequestState::pending},
    Transition{RequestState::needs_info, RequestEvent::withdraw, RequestState::withdrawn},
    Transition{RequestState::needs_info, RequestEvent::expire, RequestState::expired},
    Transition{RequestState::approved, RequestEvent::start, RequestState::provisioning},
    Transition{RequestState::approved, RequestEvent::fail, RequestState::failed},
    Transition{RequestState::approved, RequestEvent::revoke, RequestState::revoking},
    Transition{RequestState::provisioning, RequestEvent::succeed, RequestState::active},
    Transition{RequestState::provisioning, RequestEvent::fail, RequestState::failed},
    Transition{RequestState::provisioning, RequestEvent::revoke, RequestState::revoking},
    Transition{RequestState::failed, RequestEvent::retry, RequestState::approved},
    Transition{RequestState::failed, RequestEvent::converge, RequestState::active},
    Transition{RequestState::failed, RequestEvent::revoke, RequestState::revoking},
    Transition{RequestState::active, RequestEvent::revoke, RequestState::revoking},
    Transition{RequestState::revoking, RequestEvent::done, RequestState::revoked},
};

/// Where `on` leads from `from`; nullopt = refused.
[[nodiscard]] constexpr std::optional<RequestState> next_state(RequestState from, RequestEvent on) noexcept {
  for (const auto& transition : kRequestTransitions) {
    if (transition.from == from && transition.on == on) return transition.to;
  }
  return std::nullopt;
}
static_assert(next_state(RequestState::rejected, RequestEvent::approve) == std::nullopt);

/// Open requests hold the slot (ASN, network, node id); closed ones are history.
[[nodiscard]] constexpr bool is_open(RequestState state) noexcept {
  return state != RequestState::rejected && state != RequestState::withdrawn && state != RequestState::expired &&
         state != RequestState::revoked;
}

/// Exactly the stored spelling.
[[nodiscard]] std::string_view to_string(RequestState state) noexcept;
[[nodiscard]] std::string_view to_string(RequestEvent event) noexcept;
[[nodiscard]] std::optional<RequestState> parse_request_state(std::string_view text) noexcept;

}  // namespace ztix::domain
