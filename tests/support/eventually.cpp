#include "tests/support/eventually.h"

#include <thread>

namespace ztix::test {

bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

bool eventually(const std::function<bool()>& holds) { return eventually(std::chrono::seconds(30), holds); }

}  // namespace ztix::test
