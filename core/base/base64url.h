#pragma once

/// @file core/base/base64url.h
/// RFC 4648 §5 without padding, for tokens in cookies and URLs.

#include <string>
#include <string_view>

namespace ztix {

[[nodiscard]] std::string to_base64url(std::string_view bytes);

}  // namespace ztix
