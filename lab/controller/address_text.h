#pragma once

/// @file lab/controller/address_text.h
/// Addresses as the real controller reads them. Laxer than ztix::net on purpose, hence not the same code.

#include <optional>
#include <string>

namespace ztix::lab::controller {

/// An address with the number that stood behind the slash; 0 if there was none (so a bare route target becomes /0).
struct AddressText {
  int family = 0;       ///< AF_INET or AF_INET6
  std::string address;  ///< canonical text
  unsigned bits = 0;    ///< not checked against the family

  [[nodiscard]] bool has_valid_bits() const noexcept;
  [[nodiscard]] std::string with_bits() const;
};

/// nullopt for text that is no address. The empty string is 0.0.0.0 (recorded).
[[nodiscard]] std::optional<AddressText> read_address(const std::string& text);

}  // namespace ztix::lab::controller
