#pragma once

/// @file core/http/origin.h
/// Where a URL leads to, as one comparable text.

#include <optional>
#include <string>

namespace ztix::http {

/// `scheme://host:port` in lower case with the port always named (RFC 6454 §4); nullopt for anything that is not an
/// absolute http or https URL, and for one with user name or password.
[[nodiscard]] std::optional<std::string> origin_of(const std::string& url);

/// True if `text` is an origin and nothing more: no path except `/`, no query, no fragment.
[[nodiscard]] bool is_origin(const std::string& text);

}  // namespace ztix::http
