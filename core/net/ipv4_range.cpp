#include "core/net/ipv4_range.h"

#include "core/base/text.h"

namespace ztix {

std::optional<Ipv4Range> Ipv4Range::parse(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = IpAddress::parse(trim(text.substr(0, dash)));
  const auto last = IpAddress::parse(trim(text.substr(dash + 1)));
  if (!first || !last || !first->is_ipv4() || !last->is_ipv4() || *last < *first) return std::nullopt;
  return Ipv4Range(*first, *last);
}

}  // namespace ztix
