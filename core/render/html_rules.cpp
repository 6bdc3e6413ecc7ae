#include "core/render/html_rules.h"

#include <algorithm>
#include <array>

namespace ztix::render {
namespace {

bool is_inside(std::string_view before, std::string_view open, std::string_view close) noexcept {
  const auto opened = before.rfind(open);
  return opened != std::string_view::npos && before.find(close, opened) == std::string_view::npos;
}

/// Between the end of an opening tag and its closing tag. The tag's own attributes are attributes like any other.
bool is_content_of(std::string_view before, std::string_view open, std::string_view close) noexcept {
  return is_inside(before, open, close) && before.find('>', before.rfind(open)) != std::string_view::npos;
}

/// The attribute whose value is being written, and what of it stands there already.
struct Attribute {
  std::string_view name;
  std::string_view value;
  char quote = '\0';
};

/// Reads one HTML tag from its `<`; a template tag inside counts as part of a value.
Attribute open_attribute(std::string_view markup) noexcept {
  Attribute attribute;
  std::size_t at = 0;
  while (at < markup.size()) {
    const auto equals = markup.find('=', at);
    if (equals == std::string_view::npos) return {};
    const auto space = markup.find_last_of(" \t\n", equals);
    const auto begin = space == std::string_view::npos ? 0 : space + 1;
    attribute.name = markup.substr(begin, equals - begin);
    const auto value = equals + 1;
    attribute.quote = value < markup.size() && (markup[value] == '"' || markup[value] == '\'') ? markup[value] : '\0';
    if (attribute.quote == '\0') {
      attribute.value = markup.substr(value);
      if (attribute.value.find_first_of(" \t\n") == std::string_view::npos) return attribute;
      at = markup.find_first_of(" \t\n", value);
      continue;
    }
    const auto end = markup.find(attribute.quote, value + 1);
    if (end == std::string_view::npos) {
      attribute.value = markup.substr(value + 1);
      return attribute;
    }
    at = end + 1;
  }
  return {};
}

bool is_link(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 6> kLinks{"href", "src", "action", "formaction", "hx-get", "data-href"};
  return std::find(kLinks.begin(), kLinks.end(), name) != kLinks.end();
}

}  // namespace

std::string_view html_objection(std::string_view before, bool is_url) noexcept {
  if (is_content_of(before, "<script", "</script") || is_content_of(before, "<style", "</style")) {
    return "must not stand in a script or style";
  }
  if (!is_inside(before, "<", ">")) return {};
  const auto attribute = open_attribute(before.substr(before.rfind('<')));
  if (attribute.name.empty()) return "must not make a name inside an HTML tag";
  if (attribute.quote != '"') return "must stand in double quotes";
  if (attribute.name.starts_with("on") || attribute.name == "style") return "must not stand in a handler or style";
  if (is_link(attribute.name) && attribute.value.empty() && !is_url) return "begins a link, so declare it as url";
  return {};
}

}  // namespace ztix::render
