#include "core/net/ip_address.h"

#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>

namespace ztix {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  address.family_ = terminated.find(':') == std::string::npos ? AddressFamily::ipv4 : AddressFamily::ipv6;
  const int family = address.is_ipv4() ? AF_INET : AF_INET6;
  if (inet_pton(family, terminated.c_str(), address.bytes_.data()) != 1) return std::nullopt;
  return address;
}

IpAddress IpAddress::from_bytes(AddressFamily family, const std::array<std::uint8_t, 16>& bytes) noexcept {
  IpAddress address;
  address.family_ = family;
  std::memcpy(address.bytes_.data(), bytes.data(), address_bits(family) / 8);
  return address;
}

IpAddress IpAddress::from_ipv4(std::uint32_t host_order) noexcept {
  IpAddress address;
  for (unsigned i = 0; i < 4; ++i) address.bytes_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

std::uint32_t IpAddress::to_ipv4() const {
  if (!is_ipv4()) throw std::logic_error("IpAddress::to_ipv4 on an IPv6 address");
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value = (value << 8U) | bytes_[i];
  return value;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_ipv4() ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

}  // namespace ztix
