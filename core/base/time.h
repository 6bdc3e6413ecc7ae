#pragma once

/// @file core/base/time.h
/// Wall-clock instants as they are stored and shown; durations stay std::chrono.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ztix {

/// Microseconds since 1970-01-01T00:00:00Z: PostgreSQL's timestamptz resolution, so nothing is lost on the way.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// RFC 3339 in UTC with milliseconds, e.g. `2026-11-21T04:05:06.789Z`.
[[nodiscard]] std::string to_rfc3339(Timestamp at);

}  // namespace ztix
