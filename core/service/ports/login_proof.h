#pragma once

/// @file core/service/ports/login_proof.h
/// How somebody proved who they are: where, and by which means.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>

namespace ztix::service {

/// Who checked the first factor: we, or PeeringDB.
enum class LoginSource : std::uint8_t { local, peeringdb };

/// Means of authentication, spelt as in `amr` (RFC 8176): password, one-time code, "several factors", a key that cannot
/// be copied. `recovery` is ours: a recovery code, which stands for a lost second factor.
enum class AuthFactor : std::uint8_t { pwd, otp, mfa, swk, recovery };

inline constexpr std::array kLoginSources{LoginSource::local, LoginSource::peeringdb};
inline constexpr std::array kAuthFactors{AuthFactor::pwd, AuthFactor::otp, AuthFactor::mfa, AuthFactor::swk,
                                         AuthFactor::recovery};

/// Exactly the stored spelling.
[[nodiscard]] constexpr std::string_view to_string(LoginSource source) noexcept {
  constexpr std::array<std::string_view, kLoginSources.size()> kNames{"local", "peeringdb"};
  return kNames[static_cast<std::size_t>(source)];
}

/// Exactly the spelling of `amr`.
[[nodiscard]] constexpr std::string_view to_string(AuthFactor factor) noexcept {
  constexpr std::array<std::string_view, kAuthFactors.size()> kNames{"pwd", "otp", "mfa", "swk", "recovery"};
  return kNames[static_cast<std::size_t>(factor)];
}

/// What one login rests on. Only what was really checked is in `factors`: a login by PeeringDB has those its ID token
/// names in `amr`, and none when it names none.
struct LoginProof {
  LoginSource source = LoginSource::local;
  std::set<AuthFactor> factors;

  [[nodiscard]] bool has(AuthFactor factor) const { return factors.contains(factor); }
  /// True when more than a password was shown.
  [[nodiscard]] bool has_second_factor() const {
    return std::any_of(factors.begin(), factors.end(), [](AuthFactor factor) { return factor != AuthFactor::pwd; });
  }
  friend bool operator==(const LoginProof&, const LoginProof&) = default;
};

}  // namespace ztix::service
