#pragma once

/// @file core/base/readable.h
/// Waits for input as long as nobody asks to stop.

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "core/base/result.h"

namespace ztix {

/// In place of a file descriptor: wait for the time and the stop only.
constexpr int kNothing = -1;

enum class Waited : std::uint8_t { readable, timed_out, stopped };

/// Until `fd` has input or was closed at the other end, the time is over, or `stop` is requested (at once, also when it
/// was requested before). A signal does not end the wait. `unavailable` when the process has no file descriptor left.
Result<Waited> wait_readable(int fd, std::chrono::milliseconds timeout, const std::stop_token& stop);

}  // namespace ztix
