#pragma once

/// @file core/domain/prefix_limit.h
/// How many prefixes one BGP session may announce before the route server reacts.

#include <cstdint>

#include "core/base/result.h"
#include "core/net/address_family.h"

namespace ztix::domain {

/// A validated per-session, per-family bound; max() >= 1 always holds.
/// Why a type: as a bare integer, 0 can mean "undeclared" here and "accept none" on the router.
class PrefixLimit {
 public:
  /// @return the limit, or out_of_range when `max` is 0 or above max_for(family).
  /// @see RFC 4271 §6.7 (upper bound), RFC 4486 §4 (Cease subcode 1).
  static Result<PrefixLimit> of(AddressFamily family, std::uint64_t max);
  /// What a member gets who declared nothing.
  static PrefixLimit standard(AddressFamily family) noexcept;
  /// Most prefixes we let any member declare; policy, not protocol (docs/decisions).
  static constexpr std::uint32_t max_for(AddressFamily family) noexcept {
    return family == AddressFamily::ipv4 ? 200'000 : 100'000;
  }

  [[nodiscard]] std::uint32_t max() const noexcept { return max_; }
  friend bool operator==(const PrefixLimit&, const PrefixLimit&) = default;

 private:
  explicit PrefixLimit(std::uint32_t max) noexcept : max_(max) {}
  std::uint32_t max_;
};

}  // namespace ztix::domain
