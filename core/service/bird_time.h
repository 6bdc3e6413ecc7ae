#pragma once

/// @file core/service/bird_time.h
/// Times as BIRD prints them and the helper passes them on.

#include <chrono>
#include <optional>
#include <string_view>

namespace ztix::service {

/// `2026-11-21T05:14:22`, with or without a fraction (BIRD's `timeformat … iso long`), as milliseconds since 1970 by
/// the host's own clock: only differences of one host's times mean anything. nullopt for any other form.
[[nodiscard]] std::optional<std::chrono::milliseconds> bird_time(std::string_view text) noexcept;

}  // namespace ztix::service
