#pragma once

/// @file core/service/bird_text.h
/// BIRD configuration as statements: just enough grammar to say what differs between two of them. Private to forecast.

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::service {

/// `head;` or `head { inner }`. Comments are gone and blanks squeezed; strings are as they were.
struct BirdStatement {
  std::string head;
  std::string inner;
  bool is_block = false;

  /// The nth word of the head, or nothing; a `(` ends a word as a blank does.
  [[nodiscard]] std::string_view word(std::size_t n) const;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const BirdStatement&, const BirdStatement&) = default;
};

/// Never fails: what cannot be cut is one statement, and BIRD's own check says what is wrong with it.
[[nodiscard]] std::vector<BirdStatement> parse_bird(std::string_view text);

/// Every symbol-like word in the text, outside strings.
[[nodiscard]] std::set<std::string, std::less<>> words_in(std::string_view text);

}  // namespace ztix::service
