#include "core/domain/as_set.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/domain/asn.h"

namespace ztix::domain {
namespace {

/// Longer than any name in use; a bound so that nobody stores a book under a set's name.
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestSource = 32;
constexpr std::string_view kSeparators = " \t\r\n,";

bool is_letter(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string upper(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return all;
}

/// RIPE, RADB, ARIN-NONAUTH, LEVEL3.
bool is_source(std::string_view text) {
  return !text.empty() && text.size() <= kLongestSource && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_as_number(std::string_view text) { return text.starts_with("AS") && Asn::parse(text).has_value(); }

/// `AS-` and then letters, digits, `_`, `-`, the last one a letter or digit (RFC 2622 §2).
bool is_set_word(std::string_view text) {
  return text.size() > 3 && text.starts_with("AS-") && (is_letter(text.back()) || is_digit(text.back())) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

/// One AS number, or words joined by colons of which at least one is a set's name.
bool is_name(std::string_view text) {
  if (text.size() > kLongestName) return false;
  if (is_as_number(text)) return true;
  const auto words = split(text, ':');
  return std::all_of(words.begin(), words.end(), [](auto word) { return is_as_number(word) || is_set_word(word); }) &&
         std::any_of(words.begin(), words.end(), is_set_word);
}

}  // namespace

std::optional<AsSet> AsSet::parse(std::string_view text) {
  const auto all = upper(text);
  const std::string_view view(all);
  std::string_view source;
  std::string_view name = view;
  if (const auto at = view.find("::"); at != std::string_view::npos) {
    source = view.substr(0, at);
    name = view.substr(at + 2);
  } else if (const auto sign = view.find('@'); sign != std::string_view::npos) {
    name = view.substr(0, sign);
    source = view.substr(sign + 1);
  }
  const bool has_source = name.size() != view.size();
  if ((has_source && !is_source(source)) || !is_name(name)) return std::nullopt;
  return AsSet(std::string(source), std::string(name));
}

AsSets parse_as_sets(std::string_view text) {
  AsSets found;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(kSeparators), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const auto set = AsSet::parse(word);
    if (!set) {
      found.unreadable.emplace_back(word.substr(0, kLongestName));
    } else if (std::find(found.sets.begin(), found.sets.end(), *set) == found.sets.end()) {
      found.sets.push_back(*set);
    }
  }
  return found;
}

}  // namespace ztix::domain
