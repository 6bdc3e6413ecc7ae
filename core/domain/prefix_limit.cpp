#include "core/domain/prefix_limit.h"

#include <string>

namespace ztix::domain {

Result<PrefixLimit> PrefixLimit::of(AddressFamily family, std::uint64_t max) {
  if (max == 0 || max > max_for(family)) {
    return fail(ErrorCode::out_of_range, "A prefix limit is between 1 and " + std::to_string(max_for(family)) + ".");
  }
  return PrefixLimit(static_cast<std::uint32_t>(max));
}

PrefixLimit PrefixLimit::standard(AddressFamily family) noexcept {
  return PrefixLimit(family == AddressFamily::ipv4 ? 1000U : 500U);
}

}  // namespace ztix::domain
