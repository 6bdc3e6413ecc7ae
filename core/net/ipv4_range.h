#pragma once

/// @file core/net/ipv4_range.h
/// An inclusive range of IPv4 addresses, as typed by an administrator: `10.77.0.10-10.77.0.250`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/ip_address.h"

namespace ztix {

class Ipv4Range {
 public:
  /// nullopt unless `FIRST-LAST` with FIRST <= LAST.
  [[nodiscard]] static std::optional<Ipv4Range> parse(std::string_view text);

  [[nodiscard]] const IpAddress& first() const noexcept { return first_; }
  [[nodiscard]] const IpAddress& last() const noexcept { return last_; }
  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{last_.to_ipv4()} - first_.to_ipv4() + 1; }
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept {
    return address.is_ipv4() && first_ <= address && address <= last_;
  }
  [[nodiscard]] std::string text() const { return first_.text() + "-" + last_.text(); }

  friend bool operator==(const Ipv4Range&, const Ipv4Range&) = default;

 private:
  Ipv4Range(IpAddress first, IpAddress last) noexcept : first_(first), last_(last) {}
  IpAddress first_;
  IpAddress last_;
};

}  // namespace ztix
