#pragma once

/// @file core/service/system.h
/// This machine's clock and randomness; they need no library, so their adapters live beside the ports.

#include "core/service/ports/clock.h"

namespace ztix::service {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override;
  void sleep_for(std::chrono::milliseconds duration) override;
};

class SystemRandom final : public RandomSource {
 public:
  [[nodiscard]] std::string bytes(std::size_t count) override;
};

}  // namespace ztix::service
