#pragma once

/// @file core/net/prefix.h
/// A CIDR prefix (RFC 4632) whose host bits are zero.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/ip_address.h"

namespace ztix {

class Prefix {
 public:
  /// nullopt for a missing or too large length, and for set host bits (`10.0.0.1/24`): a typing error, not a prefix.
  [[nodiscard]] static std::optional<Prefix> parse(std::string_view text);
  /// The prefix of `length` bits that holds `address`; nullopt when the family has fewer bits.
  [[nodiscard]] static std::optional<Prefix> covering(const IpAddress& address, unsigned length) noexcept;

  [[nodiscard]] const IpAddress& address() const noexcept { return address_; }
  [[nodiscard]] unsigned length() const noexcept { return length_; }
  [[nodiscard]] AddressFamily family() const noexcept { return address_.family(); }
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  [[nodiscard]] bool contains(const Prefix& other) const noexcept;
  [[nodiscard]] bool overlaps(const Prefix& other) const noexcept;
  /// All ones in the host part; for IPv4 that is the broadcast address.
  [[nodiscard]] IpAddress last_address() const noexcept;
  [[nodiscard]] std::string text() const;
  /// Appends text(), without a string in between.
  void append_to(std::string& out) const;

  friend auto operator<=>(const Prefix&, const Prefix&) = default;

 private:
  Prefix(IpAddress address, unsigned length) noexcept : address_(address), length_(length) {}
  IpAddress address_;
  unsigned length_;
};

}  // namespace ztix
