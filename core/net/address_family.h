#pragma once

/// @file core/net/address_family.h
/// RFC 4760 address families that the exchange carries.

#include <array>
#include <cstdint>
#include <string_view>

namespace ztix {

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };

inline constexpr std::array kAddressFamilies{AddressFamily::ipv4, AddressFamily::ipv6};

[[nodiscard]] constexpr std::string_view to_string(AddressFamily family) noexcept {
  return family == AddressFamily::ipv4 ? "ipv4" : "ipv6";
}
/// The suffix of protocol and table names: `v4`, `v6`.
[[nodiscard]] constexpr std::string_view short_name(AddressFamily family) noexcept {
  return family == AddressFamily::ipv4 ? "v4" : "v6";
}
[[nodiscard]] constexpr unsigned address_bits(AddressFamily family) noexcept {
  return family == AddressFamily::ipv4 ? 32 : 128;
}

}  // namespace ztix
