#include "core/base/parse_time.h"

#include <algorithm>
#include <charconv>

namespace ztix {
namespace {

/// A text of digits only, as long as the pattern demands.
std::optional<int> number(std::string_view text) noexcept {
  int value = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Timestamp> parse_day(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Timestamp{std::chrono::sys_days{date}};
}

/// `.789` or nothing, as microseconds.
std::optional<int> parse_fraction(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto digits = text.substr(1);
  if (text[0] != '.' || digits.size() > 6) return std::nullopt;
  auto value = number(digits);
  if (!value) return std::nullopt;
  for (auto i = digits.size(); i < 6; ++i) *value *= 10;
  return value;
}

}  // namespace

std::optional<Timestamp> parse_time(std::string_view text) noexcept {
  const auto day = parse_day(text.substr(0, 10));
  if (!day || text.size() == 10) return day;
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
    return std::nullopt;
  const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)),
             second = number(text.substr(17, 2));
  const auto micros = parse_fraction(text.substr(19, text.size() - 20));
  if (!hour || !minute || !second || !micros || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return *day + std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         std::chrono::microseconds(*micros);
}

}  // namespace ztix
