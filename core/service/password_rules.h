#pragma once

/// @file core/service/password_rules.h
/// What makes a password good enough.

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/domain/asn.h"
#include "core/service/ports/password_appraisal.h"

namespace ztix::service {

/// Length and what is guessed first are what counts; no rule asks for classes of characters (NIST SP 800-63B-4
/// §3.1.1.2).
inline constexpr std::size_t kShortestPassword = 15;
/// Beside a second factor (§3.1.1.2 of the same).
inline constexpr std::size_t kShortestWithSecondFactor = 8;
/// In bytes. Above the 64 that must be possible, and bounded: hashing reads all of it.
inline constexpr std::size_t kLongestPassword = 1024;

/// Guesses that a password must need, as powers of ten: from where zxcvbn calls one very unguessable, and safely
/// unguessable (docs/decisions/0014-zxcvbn-judges-passwords.md).
inline constexpr double kLeastGuesses = 10;
inline constexpr double kLeastGuessesWithSecondFactor = 8;

/// Whose password it shall be: all of this is tried first.
struct PasswordOwner {
  std::string username;
  std::string exchange_name;
  std::vector<domain::Asn> asns;
  bool has_second_factor = false;  ///< shorter ones are good enough then
};

/// Refuses what is too short or too long, guessed too soon, or on the operator's list.
/// @return invalid_argument with reason `weak_password`; the message says why and never quotes the password. The
///         appraiser's errors.
[[nodiscard]] Status check_password(const SecretString& password, const PasswordOwner& owner,
                                    const PasswordAppraiser& appraise);

}  // namespace ztix::service
