#include "core/render/escape.h"

#include <algorithm>
#include <array>
#include <cstring>

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

/// Sixteen characters that are looked at together: prefix lists are long, and -O2 does not vectorise by itself.
using Chunk [[gnu::vector_size(16)]] = std::uint8_t;

/// Nonzero where a BIRD value must not have that character.
auto unfit(Chunk c) noexcept {
  const auto letter = ((c | 0x20) - 'a') < 26;
  // From ( to : are ( ) * + , - . / 0-9 :
  const auto sign = (c - '(') <= ':' - '(';
  return ~(letter | sign | (c == ' ') | (c == '_')) | (c == '*');
}

bool fits_bird(std::string_view value) noexcept {
  const auto whole = value.size() - value.size() % sizeof(Chunk);
  Chunk chunk = Chunk{} + 'a';
  std::memcpy(&chunk, value.data() + whole, value.size() - whole);
  auto found = unfit(chunk);
  for (std::size_t at = 0; at < whole; at += sizeof(Chunk)) {
    std::memcpy(&chunk, value.data() + at, sizeof(Chunk));
    found |= unfit(chunk);
  }
  std::array<std::uint64_t, 2> any{};
  std::memcpy(any.data(), &found, sizeof(found));
  return !value.empty() && (any[0] | any[1]) == 0;
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
