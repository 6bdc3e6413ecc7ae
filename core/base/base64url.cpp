#include "core/base/base64url.h"

#include <cstddef>
#include <cstdint>

namespace ztix {

std::string to_base64url(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += kAlphabet[(buffer >> bits) & 0x3FU];
    }
  }
  if (bits > 0) text += kAlphabet[(buffer << (6 - bits)) & 0x3FU];
  return text;
}

}  // namespace ztix
