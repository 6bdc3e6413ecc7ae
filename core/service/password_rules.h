#pragma once

/// @file core/service/password_rules.h
/// What makes a password good enough.

#include <cstddef>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::service {

/// Length is what counts; no rule asks for classes of characters (NIST SP 800-63B-4 §3.1.1.2).
inline constexpr std::size_t kShortestPassword = 15;
/// Beside a second factor (§3.1.1.2 of the same).
inline constexpr std::size_t kShortestWithSecondFactor = 8;
/// In bytes. Above the 64 that must be possible, and bounded: hashing reads all of it.
inline constexpr std::size_t kLongestPassword = 1024;

/// Refuses what is too short or too long, built from the name of the user or the exchange, on the shipped list of
/// common passwords, or one pattern repeated.
/// @param has_second_factor  of the user: shorter ones are good enough then.
/// @return invalid_argument with reason `weak_password`; the message says why and never quotes the password.
[[nodiscard]] Status check_password(const SecretString& password, std::string_view username,
                                    std::string_view exchange_name, bool has_second_factor = false);

}  // namespace ztix::service
