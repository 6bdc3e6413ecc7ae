#include "core/net/prefix.h"

#include "core/base/text.h"

namespace ztix {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

/// The mask of byte `index` in a prefix of `length` bits.
std::uint8_t mask_byte(unsigned length, unsigned index) noexcept {
  const unsigned first = index * 8;
  if (length >= first + 8) return 0xFF;
  if (length <= first) return 0;
  return static_cast<std::uint8_t>(0xFFU << (8 - (length - first)));
}

IpAddress masked(const IpAddress& address, unsigned length) noexcept {
  Bytes bytes = address.bytes();
  for (unsigned i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(bytes[i] & mask_byte(length, i));
  return IpAddress::from_bytes(address.family(), bytes);
}

}  // namespace

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  const auto length = parse_decimal<unsigned>(text.substr(slash + 1));
  if (!address || !length) return std::nullopt;
  const auto prefix = covering(*address, *length);
  if (!prefix || prefix->address() != *address) return std::nullopt;
  return prefix;
}

std::optional<Prefix> Prefix::covering(const IpAddress& address, unsigned length) noexcept {
  if (length > address_bits(address.family())) return std::nullopt;
  return Prefix(masked(address, length), length);
}

bool Prefix::contains(const IpAddress& address) const noexcept {
  return address.family() == family() && masked(address, length_) == address_;
}

bool Prefix::contains(const Prefix& other) const noexcept {
  return other.length_ >= length_ && contains(other.address_);
}

bool Prefix::overlaps(const Prefix& other) const noexcept { return contains(other) || other.contains(*this); }

IpAddress Prefix::last_address() const noexcept {
  Bytes bytes = address_.bytes();
  for (unsigned i = 0; i < address_bits(family()) / 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(bytes[i] | static_cast<std::uint8_t>(~mask_byte(length_, i)));
  }
  return IpAddress::from_bytes(family(), bytes);
}

std::string Prefix::text() const {
  std::string text;
  append_to(text);
  return text;
}

void Prefix::append_to(std::string& out) const {
  address_.append_to(out);
  out += '/';
  out += std::to_string(length_);
}

}  // namespace ztix
