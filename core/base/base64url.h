#pragma once

/// @file core/base/base64url.h
/// RFC 4648 §5 without padding, for tokens in cookies and URLs.

#include <optional>
#include <string>
#include <string_view>

namespace ztix {

[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// nullopt for padding, other characters, an impossible length, and bits left over that are not zero: one value has one
/// spelling.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace ztix
