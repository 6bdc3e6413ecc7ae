#include "core/net/ip_address.h"

#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>

namespace ztix {
namespace {

using Groups = std::array<unsigned, 8>;

/// A run of zero groups, which the text form replaces by `::`.
struct Gap {
  unsigned begin = 8;
  unsigned length = 0;
};

/// Text on the stack: growing a string character by character is what costs here.
class TextBuffer {
 public:
  void add(char c) noexcept { text_[size_++] = c; }
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 40> text_;  // eight groups of four digits and seven colons are 39
  std::size_t size_ = 0;
};

void append_decimal(TextBuffer& out, unsigned byte) {
  if (byte >= 100) out.add(static_cast<char>('0' + byte / 100));
  if (byte >= 10) out.add(static_cast<char>('0' + byte / 10 % 10));
  out.add(static_cast<char>('0' + byte % 10));
}

void append_hex(TextBuffer& out, unsigned group) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  bool begun = false;
  for (unsigned shift = 16; shift > 0;) {
    shift -= 4;
    const unsigned digit = (group >> shift) & 0xFU;
    begun = begun || digit != 0 || shift == 0;
    if (begun) out.add(kDigits[digit]);
  }
}

/// RFC 5952 §4.2: the longest run of at least two, the first of equals.
Gap longest_gap(const Groups& groups) noexcept {
  Gap best;
  for (unsigned i = 0; i < groups.size(); ++i) {
    unsigned end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = Gap{i, end - i};
    i = end;
  }
  return best;
}

void append_ipv6(TextBuffer& out, const std::array<std::uint8_t, 16>& bytes) {
  Groups groups{};
  for (unsigned i = 0; i < groups.size(); ++i) groups[i] = bytes[2 * i] * 256U + bytes[2 * i + 1];
  const Gap gap = longest_gap(groups);
  for (unsigned i = 0; i < groups.size(); ++i) {
    if (i == gap.begin) {
      out.add(':');
      out.add(':');
      i += gap.length - 1;
      continue;
    }
    if (i > 0 && i != gap.begin + gap.length) out.add(':');
    append_hex(out, groups[i]);
  }
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.empty() || text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address;
  address.family_ = terminated.find(':') == std::string::npos ? AddressFamily::ipv4 : AddressFamily::ipv6;
  if (!address.is_ipv4() && terminated.find('.') != std::string::npos) return std::nullopt;
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
  std::string text;
  append_to(text);
  return text;
}

void IpAddress::append_to(std::string& out) const {
  TextBuffer text;
  if (is_ipv4()) {
    for (unsigned i = 0; i < 4; ++i) {
      if (i > 0) text.add('.');
      append_decimal(text, bytes_[i]);
    }
  } else {
    append_ipv6(text, bytes_);
  }
  out += text.view();
}

}  // namespace ztix
