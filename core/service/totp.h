#pragma once

/// @file core/service/totp.h
/// Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 seconds, as every authenticator app has them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret_string.h"
#include "core/base/time.h"

namespace ztix::service::totp {

inline constexpr std::chrono::seconds kStep{30};
/// Bytes of a secret (RFC 4226 §4 recommends 160 bits).
inline constexpr std::size_t kSecretBytes = 20;

/// Which step a moment is in.
[[nodiscard]] std::int64_t step_of(Timestamp at) noexcept;
/// The code of a step. @param secret  bytes, not their base32.
[[nodiscard]] std::string code_of(const SecretString& secret, std::int64_t step);
/// The step whose code this is: now's, the one before or the one after, for clocks that differ and slow fingers.
/// nullopt when it is the code of none. All three are always looked at.
[[nodiscard]] std::optional<std::int64_t> matching_step(const SecretString& secret, std::string_view code,
                                                        Timestamp now);
/// The address that a QR code carries into an app. @param account  shown there, with the issuer.
[[nodiscard]] SecretString otpauth_uri(const SecretString& secret, std::string_view issuer, std::string_view account);

}  // namespace ztix::service::totp
