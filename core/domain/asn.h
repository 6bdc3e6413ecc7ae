#pragma once

/// @file core/domain/asn.h
/// AS numbers (RFC 6793).

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ztix::domain {

/// A number a network can hold: 1–4294967294 without AS_TRANS (RFC 6793) and AS 0 (RFC 7607), 65535 (RFC 7300) and
/// 4294967295 (RFC 7300). Private and documentation numbers are valid *values*: labs and tests use them, and the
/// import policy refuses them in paths.
class Asn {
 public:
  [[nodiscard]] static std::optional<Asn> from_number(std::uint64_t number) noexcept;
  /// Plain decimal only (asplain, RFC 5396); a leading `AS` is accepted because people type it.
  [[nodiscard]] static std::optional<Asn> parse(std::string_view text) noexcept;

  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] std::string text() const { return std::to_string(number_); }
  friend auto operator<=>(const Asn&, const Asn&) = default;

 private:
  explicit Asn(std::uint32_t number) noexcept : number_(number) {}
  std::uint32_t number_;
};

}  // namespace ztix::domain
