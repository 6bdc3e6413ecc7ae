#include "core/domain/asn.h"

#include "core/base/text.h"

namespace ztix::domain {

std::optional<Asn> Asn::from_number(std::uint64_t number) noexcept {
  constexpr std::uint64_t kAsTrans = 23456;
  constexpr std::uint64_t kLast16 = 65535;
  constexpr std::uint64_t kLast32 = 4294967295;
  if (number == 0 || number == kAsTrans || number == kLast16 || number >= kLast32) return std::nullopt;
  return Asn(static_cast<std::uint32_t>(number));
}

std::optional<Asn> Asn::parse(std::string_view text) noexcept {
  if (text.size() > 2 && (text[0] == 'A' || text[0] == 'a') && (text[1] == 'S' || text[1] == 's'))
    text.remove_prefix(2);
  const auto number = parse_decimal<std::uint64_t>(text);
  return number ? from_number(*number) : std::nullopt;
}

}  // namespace ztix::domain
