#pragma once

/// @file core/service/ports/clock.h
/// Time and chance arrive as arguments, so that nothing in a test is left to either.

#include <chrono>
#include <cstddef>
#include <string>

#include "core/base/time.h"

namespace ztix::service {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock of this machine. Never compared across machines: PostgreSQL's `now()` is the only shared clock.
  [[nodiscard]] virtual Timestamp now() const = 0;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point monotonic() const = 0;
  /// Blocks the calling thread; a fake returns at once and moves its time.
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;
};

class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// `count` bytes from a cryptographic generator.
  [[nodiscard]] virtual std::string bytes(std::size_t count) = 0;
};

}  // namespace ztix::service
