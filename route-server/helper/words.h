#pragma once

/// @file route-server/helper/words.h
/// What may be said to the helper: `VERB INSTALLATION FENCE [ARGUMENT...] [job=ID]`, each word held to a strict
/// pattern. Pure; every input is outside text (fuzzed).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ztix::helper {

enum class Verb : std::uint8_t {
  probe,
  nexthops,
  have,
  get,
  put,
  check,
  arm,
  status,
  confirm,
  undo,
  persist,
  disable,
  enable,
  gc,
};

struct Words {
  Verb verb{};
  std::string verb_name;
  std::string installation;
  std::int64_t fence = 0;
  std::vector<std::string> arguments;
  std::string job = "-";
  bool adopt = false;  ///< `probe --adopt`
};

/// Only letters, digits, `_`, `=`, `-` and blanks, and at least one of them.
[[nodiscard]] bool are_plain(std::string_view words) noexcept;

/// @param is_serving  `get` is refused then: its answer has no size beforehand.
/// @return the call, or invalid_argument with `usage WHICH` as its message: never a word of the caller's.
[[nodiscard]] Result<Words> parse_words(std::string_view text, bool is_serving);

/// A decimal number of at most 18 digits: fences, sizes, seconds. nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text) noexcept;
/// Lower-case 8-4-4-4-12.
[[nodiscard]] bool is_uuid(std::string_view text);
/// A BIRD protocol of ours: `[a-z][a-z0-9_]*`, at most 64 characters.
[[nodiscard]] bool is_protocol(std::string_view text) noexcept;

/// The words of a line, without the blanks between them. Views into `line`.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view line);
/// The first line without its newline; it is cut off from `text`.
[[nodiscard]] std::string_view take_line(std::string_view& text) noexcept;

}  // namespace ztix::helper
