#pragma once

/// @file core/base/parse_time.h
/// Times as people type them.

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace ztix {

/// RFC 3339 in UTC, `2026-11-21T04:05:06Z`, with up to six digits of a second or none; or only the day, `2026-11-21`,
/// which is its first moment. UTC is the only zone.
[[nodiscard]] std::optional<Timestamp> parse_time(std::string_view text) noexcept;

}  // namespace ztix
