#pragma once

/// @file core/identity/password_guesses.h
/// How soon a password is guessed, by zxcvbn (D. L. Wheeler, USENIX Security 2016): its lists of common passwords,
/// names and words, with capitals, digits for letters, keyboard walks, sequences, repetitions and dates.

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/secret_string.h"

namespace ztix::identity {

/// Bytes of a password that are looked at; what comes behind is taken as no help. zxcvbn's time grows with the length:
/// of 1,000 texts made to be slow the worst took 0.7 ms of a core at 48 bytes, 1.5 ms at 64; of 40, 5 ms at 100.
inline constexpr std::size_t kAppraisedBytes = 48;

/// @return the power of ten of the guesses that are needed. The least of those for the password, for it without the
///         marks between its words, which are tried at once, with each of them once, and for one turn of a password
///         that repeats itself.
[[nodiscard]] double password_guesses_log10(const SecretString& password, const std::vector<std::string>& words);

}  // namespace ztix::identity
