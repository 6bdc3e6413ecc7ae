#pragma once

/// @file core/domain/session_health.h
/// How a BGP session is, for people.

#include <array>
#include <cstdint>
#include <string_view>

namespace ztix::domain {

/// What a BGP session does, as people see it; beside what we want of it (AdminState).
enum class SessionHealth : std::uint8_t { never_up, up, down, limit, disabled };

inline constexpr std::array kSessionHealths{SessionHealth::never_up, SessionHealth::up, SessionHealth::down,
                                            SessionHealth::limit, SessionHealth::disabled};

[[nodiscard]] constexpr std::string_view to_string(SessionHealth health) noexcept {
  constexpr std::array<std::string_view, kSessionHealths.size()> kNames{"never_up", "up", "down", "limit", "disabled"};
  return kNames[static_cast<std::size_t>(health)];
}

}  // namespace ztix::domain
