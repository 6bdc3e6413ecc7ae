#pragma once

/// @file core/domain/states.h
/// The small enumerations of the exchange. Enumerators are spelt exactly as stored in SQL and shown in JSON.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ztix::domain {

enum class JobState : std::uint8_t { ready, running, done, dead, cancelled };

/// `joining`: gets a full apply first and does not count for `active`; `enabled`: counts.
enum class RouteServerState : std::uint8_t { joining, enabled, draining, maintenance, disabled, removed };

/// What we want of one BGP session (never mixed with what the router reports).
enum class AdminState : std::uint8_t { enabled, suspended, limit_tripped, drained };

/// What must be true of a membership.
enum class Desired : std::uint8_t { present, absent };

/// Who may ask to join a network: everybody, only users with a user–network access row, nobody.
enum class Admission : std::uint8_t { open, listed, closed };

/// How far one request got on one route server.
enum class DeliveryState : std::uint8_t { waiting, checking, armed, confirmed, failed };

enum class Role : std::uint8_t { member_operator, admin, auditor };

/// What an infrastructure node is for.
enum class InfrastructureRole : std::uint8_t { route_server, collector };

/// Route servers that are given configurations. The others' state says that nothing comes.
[[nodiscard]] constexpr bool takes_applies(RouteServerState state) noexcept {
  return state != RouteServerState::disabled && state != RouteServerState::removed;
}

[[nodiscard]] std::string_view to_string(JobState state) noexcept;
[[nodiscard]] std::string_view to_string(RouteServerState state) noexcept;
[[nodiscard]] std::string_view to_string(AdminState state) noexcept;
[[nodiscard]] std::string_view to_string(Desired desired) noexcept;
[[nodiscard]] std::string_view to_string(Admission admission) noexcept;
[[nodiscard]] std::string_view to_string(DeliveryState state) noexcept;
/// `member_operator` is stored and shown as `operator`, which C++ keeps for itself.
[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::string_view to_string(InfrastructureRole role) noexcept;

inline constexpr std::array kJobStates{JobState::ready, JobState::running, JobState::done, JobState::dead,
                                       JobState::cancelled};
inline constexpr std::array kRouteServerStates{RouteServerState::joining,  RouteServerState::enabled,
                                               RouteServerState::draining, RouteServerState::maintenance,
                                               RouteServerState::disabled, RouteServerState::removed};
inline constexpr std::array kAdminStates{AdminState::enabled, AdminState::suspended, AdminState::limit_tripped,
                                         AdminState::drained};
inline constexpr std::array kDesired{Desired::present, Desired::absent};
inline constexpr std::array kAdmissions{Admission::open, Admission::listed, Admission::closed};
inline constexpr std::array kDeliveryStates{DeliveryState::waiting, DeliveryState::checking, DeliveryState::armed,
                                            DeliveryState::confirmed, DeliveryState::failed};
inline constexpr std::array kRoles{Role::member_operator, Role::admin, Role::auditor};
inline constexpr std::array kInfrastructureRoles{InfrastructureRole::route_server, InfrastructureRole::collector};

/// The enumerator of `all` that is spelt `text`; nullopt when none is.
/// Example: `parse_enum(kAdmissions, "open")`.
template <class Enum, std::size_t N>
[[nodiscard]] std::optional<Enum> parse_enum(const std::array<Enum, N>& all, std::string_view text) noexcept {
  for (const auto value : all) {
    if (to_string(value) == text) return value;
  }
  return std::nullopt;
}

}  // namespace ztix::domain
