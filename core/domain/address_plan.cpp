#include "core/domain/address_plan.h"

#include <array>
#include <cstdio>

#include "core/base/text.h"

namespace ztix::domain {

Result<IpAddress> member_ipv6(const Prefix& lan, Asn asn, int router_sequence) {
  if (lan.family() != AddressFamily::ipv6 || lan.length() != 64) {
    return fail(ErrorCode::invalid_argument, "The peering LAN needs an IPv6 /64.");
  }
  if (router_sequence < kFirstRouterSequence || router_sequence > kLastRouterSequence) {
    return fail(ErrorCode::out_of_range, "A router sequence is between 1 and 9999.");
  }
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "a5%010u%04d", asn.number(), router_sequence);
  const auto interface_id = from_hex(digits.data()).value();
  auto bytes = lan.address().bytes();
  for (std::size_t i = 0; i < 8; ++i) bytes[8 + i] = static_cast<std::uint8_t>(interface_id[i]);
  return IpAddress::from_bytes(AddressFamily::ipv6, bytes);
}

}  // namespace ztix::domain
