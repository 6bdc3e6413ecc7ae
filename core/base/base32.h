#pragma once

/// @file core/base/base32.h
/// RFC 4648 §6, without padding: what people can read out and authenticator apps take.

#include <optional>
#include <string>
#include <string_view>

namespace ztix {

/// `A`–`Z`, `2`–`7`.
[[nodiscard]] std::string to_base32(std::string_view bytes);
/// Takes small letters too, no padding; nullopt for anything else, and for left-over bits that are not zero.
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

}  // namespace ztix
