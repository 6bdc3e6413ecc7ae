#pragma once

/// @file core/base/uuid.h
/// Identifiers that leave the database.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ztix {

/// A UUID in canonical lower-case text form (RFC 9562 §4). Always valid once constructed.
class Uuid {
 public:
  /// The nil UUID (RFC 9562 §5.9): "none yet".
  Uuid() : text_("00000000-0000-0000-0000-000000000000") {}
  /// nullopt unless 8-4-4-4-12 hex digits; upper case is folded.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);
  /// Version 4 from 16 random bytes; the caller brings the randomness.
  /// @throws std::logic_error when `random16` is not 16 bytes long.
  [[nodiscard]] static Uuid from_random(std::string_view random16);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  friend auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  explicit Uuid(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace ztix
