#pragma once

/// @file core/domain/freeze_scope.h
/// What a freeze holds still.

#include <array>
#include <cstdint>
#include <string_view>

namespace ztix::domain {

/// Whose configuration stands still under a freeze.
enum class FreezeScope : std::uint8_t { all, network, route_server };

inline constexpr std::array kFreezeScopes{FreezeScope::all, FreezeScope::network, FreezeScope::route_server};

[[nodiscard]] constexpr std::string_view to_string(FreezeScope scope) noexcept {
  constexpr std::array<std::string_view, kFreezeScopes.size()> kNames{"all", "network", "route_server"};
  return kNames[static_cast<std::size_t>(scope)];
}

}  // namespace ztix::domain
