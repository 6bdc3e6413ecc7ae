#include "core/service/bird_time.h"

#include <charconv>

namespace ztix::service {
namespace {

using std::chrono::milliseconds;

/// Exactly `count` digits at the beginning, which are taken off; nullopt when there are fewer.
std::optional<int> take_digits(std::string_view& text, std::size_t count) noexcept {
  int value = 0;
  const auto digits = text.substr(0, count);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || digits.size() != count || end != digits.data() + count || value < 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool take_sign(std::string_view& text, char sign) noexcept {
  if (!text.starts_with(sign)) return false;
  text.remove_prefix(1);
  return true;
}

/// The first three digits of a fraction.
std::optional<milliseconds> fraction(std::string_view text) noexcept {
  if (text.empty()) return milliseconds(0);
  if (!take_sign(text, '.')) return std::nullopt;
  const auto thousandths = take_digits(text, 3);
  return thousandths ? std::optional(milliseconds(*thousandths)) : std::nullopt;
}

}  // namespace

std::optional<milliseconds> bird_time(std::string_view text) noexcept {
  constexpr char kSigns[] = {'-', '-', 'T', ':', ':'};
  int numbers[6] = {};
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0 && !take_sign(text, kSigns[i - 1])) return std::nullopt;
    const auto number = take_digits(text, i == 0 ? 4 : 2);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  const std::chrono::year_month_day date{std::chrono::year(numbers[0]),
                                         std::chrono::month(static_cast<unsigned>(numbers[1])),
                                         std::chrono::day(static_cast<unsigned>(numbers[2]))};
  const auto rest = fraction(text);
  if (!date.ok() || !rest) return std::nullopt;
  return milliseconds(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(numbers[3]) +
         std::chrono::minutes(numbers[4]) + std::chrono::seconds(numbers[5]) + *rest;
}

}  // namespace ztix::service
