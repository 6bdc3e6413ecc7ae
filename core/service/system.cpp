#include "core/service/system.h"

#include <thread>

#include "core/base/random.h"

namespace ztix::service {

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::monotonic() const { return std::chrono::steady_clock::now(); }

void SystemClock::sleep_for(std::chrono::milliseconds duration) { std::this_thread::sleep_for(duration); }

std::string SystemRandom::bytes(std::size_t count) { return system_random_bytes(count); }

}  // namespace ztix::service
