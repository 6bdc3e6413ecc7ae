#pragma once

/// @file core/service/factor_codes.h
/// Making second factors and the codes that people keep on paper or get once from the command line.

#include <string>
#include <string_view>

#include "core/base/secret_string.h"
#include "core/digest/secret_box.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/factor_store.h"

namespace ztix::service {

/// HKDF label of the key that seals secrets of second factors.
inline constexpr std::string_view kFactorSecretPurpose = "ztix second factor secret";

/// A code, and what is stored of it.
struct MadeCode {
  SecretString code;   ///< 120 random bits: six groups of four letters and digits
  std::string digest;  ///< SHA-256, hexadecimal
};

[[nodiscard]] MadeCode make_code(RandomSource& random);
/// What a code typed by a person hashes to: case, spaces and dashes do not matter. Never fails; nonsense is nobody's.
[[nodiscard]] std::string digest_of_code(std::string_view typed);
/// Without spaces and dashes, in small letters.
[[nodiscard]] std::string normalised_code(std::string_view typed);

struct MadeTotp {
  SecretString secret;  ///< bytes
  NewTotp factor;
};

/// A new random TOTP secret of this user, sealed.
[[nodiscard]] MadeTotp make_totp(const digest::SecretBox& box, RandomSource& random, const Uuid& user,
                                 std::string_view label);

/// 1–64 characters without control characters. @return invalid_argument (`bad_label`).
[[nodiscard]] Result<std::string> checked_factor_label(std::string_view label);

}  // namespace ztix::service
