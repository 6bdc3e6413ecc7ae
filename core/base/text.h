#pragma once

/// @file core/base/text.h
/// The few text operations the standard library lacks. All are locale-independent.

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace ztix {

/// Whole-string decimal; no sign for unsigned types, no white space. Leading zeros are refused: two spellings of one
/// number are an attack surface.
template <std::integral T>
[[nodiscard]] std::optional<T> parse_decimal(std::string_view text) noexcept {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[nodiscard]] bool is_lower_hex(std::string_view text) noexcept;
/// The form in which SHA-256 digests are stored and sent: 64 lower-case hex digits.
[[nodiscard]] bool is_sha256_hex(std::string_view text) noexcept;
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// nullopt for odd length or a non-hex digit; accepts both cases.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);
/// The parts are views into `text`.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// Views into a string that is gone before they are looked at.
template <std::same_as<std::string> Temporary>
std::vector<std::string_view> split(Temporary&& text, char separator) = delete;
/// What stands before the first `end`, which is cut off from `rest` with it; all of `rest` when there is none.
[[nodiscard]] std::string_view take_before(std::string_view& rest, char end) noexcept;
/// Everything but unreserved characters (RFC 3986 §2.3) becomes an escape.
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// A–Z become a–z; every other byte stays, whatever the locale says.
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// True for well-formed UTF-8 without NUL and other C0 controls except tab, CR, LF (RFC 3629 §4).
[[nodiscard]] bool is_clean_utf8(std::string_view text) noexcept;

}  // namespace ztix
