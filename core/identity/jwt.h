#pragma once

/// @file core/identity/jwt.h
/// A signed JSON Web Token in its compact form (RFC 7515 §7.1), taken apart. Nothing in it is believed yet.

#include <optional>
#include <string>
#include <string_view>

namespace ztix::identity {

struct Jwt {
  std::string algorithm;  ///< header `alg`
  std::string key_id;     ///< header `kid`, empty if there is none
  std::string signed_text;
  std::string signature;  ///< raw bytes
  std::string payload;    ///< JSON text
};

/// nullopt for what is not three parts of base64url with a JSON object as header, and for a header with `crit`: what it
/// names would have to be understood (RFC 7515 §4.1.11).
[[nodiscard]] std::optional<Jwt> parse_jwt(std::string_view text);

}  // namespace ztix::identity
