#include "app/http/url.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::app {

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const auto byte = from_hex(text.substr(at + 1, 2));
      if (!byte || byte->size() != 1) return std::nullopt;
      out += *byte;
      at += 2;
    } else {
      out += plus_is_space && text[at] == '+' ? ' ' : text[at];
    }
  }
  if (!is_clean_utf8(out) || out.find_first_of("\r\n\t") != std::string::npos) return std::nullopt;
  return out;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  if (query.empty()) return parameters;
  for (const auto part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto name = percent_decoded(part.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                        : percent_decoded(part.substr(equals + 1), true);
    if (!name || name->empty() || !value || !parameters.emplace(*name, *value).second) return std::nullopt;
  }
  return parameters;
}

bool is_local_path(std::string_view path) noexcept {
  // Browsers read a backslash as a slash, and `//host` as another site.
  if (path.empty() || path.front() != '/' || path.starts_with("//")) return false;
  return std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
}

}  // namespace ztix::app
