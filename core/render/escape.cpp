#include "core/render/escape.h"

#include <algorithm>
#include <array>

namespace ztix::render {
namespace {

void append_html(std::string& out, std::string_view value) {
  for (const char c : value) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '`':
        out += "&#96;";
        break;
      default:
        out += c;
    }
  }
}

constexpr std::array<bool, 256> bird_characters() {
  std::array<bool, 256> allowed{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._:/,+()-")) {
    allowed[static_cast<unsigned char>(c)] = true;
  }
  return allowed;
}

bool fits_bird(std::string_view value) noexcept {
  static constexpr auto kAllowed = bird_characters();
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](char c) { return kAllowed[static_cast<unsigned char>(c)]; });
}

}  // namespace

bool append_escaped(std::string& out, std::string_view value, Output output) {
  switch (output) {
    case Output::html:
      append_html(out, value);
      return true;
    case Output::bird:
      if (!fits_bird(value)) return false;
      out += value;
      return true;
    case Output::plain:
      out += value;
      return true;
  }
  return false;
}

bool is_safe_url(std::string_view url) noexcept {
  // Browsers drop control characters and read a backslash as a slash, so neither may hide what is meant.
  const auto hidden = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '\\' || c == 0x7f; };
  if (std::any_of(url.begin(), url.end(), hidden)) return false;
  if (url.starts_with("/")) return !url.starts_with("//");
  return url.starts_with("https://") || url.starts_with("http://") || url.starts_with("mailto:");
}

}  // namespace ztix::render
