#pragma once

/// @file route-server/helper/clock_text.h
/// Times of the host's clock as the helper writes them, in UTC.

#include <ctime>
#include <string>

namespace ztix::helper {

/// `2026-01-31T23:59:59Z`.
[[nodiscard]] std::string time_in_seconds(const timespec& time);
/// `2026-01-31T23:59:59.123456789Z`: the finest that a file system knows.
[[nodiscard]] std::string exact_time(const timespec& time);

}  // namespace ztix::helper
