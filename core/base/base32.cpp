#include "core/base/base32.h"

#include <cstdint>

namespace ztix {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::optional<unsigned> value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const auto at = kDigits.find(c);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(at);
}

}  // namespace

std::string to_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = (held << 8U | static_cast<unsigned char>(byte)) & 0xFFFU;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += kDigits[held >> static_cast<unsigned>(bits - 5) & 31U];
  }
  if (bits > 0) text += kDigits[held << static_cast<unsigned>(5 - bits) & 31U];
  return text;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const auto value = value_of(c);
    if (!value) return std::nullopt;
    held = (held << 5U | *value) & 0xFFFU;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> static_cast<unsigned>(bits) & 0xFFU);
  }
  const bool rest = bits >= 5 || (held & ((1U << static_cast<unsigned>(bits)) - 1U)) != 0;
  if (rest) return std::nullopt;
  return bytes;
}

}  // namespace ztix
