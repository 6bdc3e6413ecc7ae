#include "core/service/ports/login_throttle.h"

#include <algorithm>

#include "core/net/prefix.h"

namespace ztix::service {
namespace {

constexpr unsigned kIpv4Block = 24;
constexpr unsigned kIpv6Block = 48;

}  // namespace

std::string address_block(const std::string& address) {
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return address;
  return Prefix::covering(*parsed, parsed->is_ipv4() ? kIpv4Block : kIpv6Block).value().text();
}

std::chrono::milliseconds Allowance::pause_after(int failures) const noexcept {
  if (failures >= many) return rare;
  if (failures < free) return std::chrono::milliseconds(0);
  auto pause = first;
  for (int i = free; i < failures && pause < longest; ++i) pause *= 2;
  return std::min(pause, longest);
}

}  // namespace ztix::service
