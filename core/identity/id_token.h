#pragma once

/// @file core/identity/id_token.h
/// What an ID token must say (OpenID Connect Core §3.1.3.7), once its signature is known to be good.

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace ztix::identity {

struct ExpectedIdToken {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  Timestamp now{};
};

/// Clocks of two machines may differ by so much.
inline constexpr std::chrono::seconds kClockSkew{60};

/// @param payload  JSON text.
/// @return the subject, or `invalid_nonce`, or `invalid_id_token` with what is wrong as detail.
[[nodiscard]] Result<std::string> subject_of(std::string_view payload, const ExpectedIdToken& expected);

}  // namespace ztix::identity
