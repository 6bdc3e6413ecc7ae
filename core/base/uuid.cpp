#include "core/base/uuid.h"

#include <cstddef>
#include <stdexcept>

#include "core/base/text.h"

namespace ztix {
namespace {

constexpr bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string canonical(text);
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    char& c = canonical[i];
    if (is_dash_position(i)) {
      if (c != '-') return std::nullopt;
      continue;
    }
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!is_lower_hex(std::string_view(&c, 1))) return std::nullopt;
  }
  return Uuid(std::move(canonical));
}

Uuid Uuid::from_random(std::string_view random16) {
  if (random16.size() != 16) throw std::logic_error("Uuid::from_random wants 16 bytes");
  std::string bytes(random16);
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  std::string hex = to_hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) hex.insert(at, 1, '-');
  return Uuid(std::move(hex));
}

}  // namespace ztix
