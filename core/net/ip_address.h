#pragma once

/// @file core/net/ip_address.h
/// An IPv4 or IPv6 address that is always valid.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/address_family.h"

namespace ztix {

/// Value type; the text form is the canonical one (RFC 5952 for IPv6). No zone index, no IPv4-mapped spelling.
class IpAddress {
 public:
  /// nullopt for anything but one plain address.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  /// From network byte order: 4 bytes used for IPv4, 16 for IPv6.
  [[nodiscard]] static IpAddress from_bytes(AddressFamily family, const std::array<std::uint8_t, 16>& bytes) noexcept;
  [[nodiscard]] static IpAddress from_ipv4(std::uint32_t host_order) noexcept;

  [[nodiscard]] AddressFamily family() const noexcept { return family_; }
  [[nodiscard]] bool is_ipv4() const noexcept { return family_ == AddressFamily::ipv4; }
  /// Network byte order; bytes beyond the family's length are zero.
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  /// @throws std::logic_error for IPv6.
  [[nodiscard]] std::uint32_t to_ipv4() const;
  [[nodiscard]] std::string text() const;
  /// Appends text(): configurations hold tens of thousands of addresses, and inet_ntop goes through sprintf.
  void append_to(std::string& out) const;

  /// IPv4 sorts before IPv6, then by value.
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  AddressFamily family_ = AddressFamily::ipv4;
  std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace ztix
