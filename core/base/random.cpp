#include "core/base/random.h"

#include <stdexcept>

#include <sys/random.h>

namespace ztix {

std::string system_random_bytes(std::size_t count) {
  std::string all(count, '\0');
  for (std::size_t filled = 0; filled < count;) {
    const auto got = getrandom(all.data() + filled, count - filled, 0);
    if (got <= 0) throw std::runtime_error("getrandom failed");
    filled += static_cast<std::size_t>(got);
  }
  return all;
}

}  // namespace ztix
