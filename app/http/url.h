#pragma once

/// @file app/http/url.h
/// Paths and queries, decoded strictly: two spellings of one thing are an attack surface.

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ztix::app {

/// Percent-decodes; nullopt for a broken escape, a control character or what is not UTF-8 afterwards.
/// @param plus_is_space  as in queries (application/x-www-form-urlencoded).
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

/// Name and value of each parameter; nullopt when one cannot be decoded, has no name, or comes twice.
[[nodiscard]] std::optional<std::map<std::string, std::string>> parse_query(std::string_view query);

/// True for a path on this site, to be sent to after login: `/…`, but nothing a browser reads as another host.
[[nodiscard]] bool is_local_path(std::string_view path) noexcept;

}  // namespace ztix::app
