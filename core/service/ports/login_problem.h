#pragma once

/// @file core/service/ports/login_problem.h
/// Every way in which a login through PeeringDB ends without a session, with what the person can do about it.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/error.h"

namespace ztix::service {

enum class LoginProblem : std::uint8_t {
  invalid_state,
  expired_state,
  invalid_issuer,
  invalid_nonce,
  invalid_id_token,
  access_denied,
  unverified_user,
  unverified_email,
  networks_unusable,
  account_disabled,
  upstream_rate_limited,
  upstream_auth_failure,
  too_many_logins,
  too_many_attempts,
  peeringdb_disabled,
};

inline constexpr std::array kLoginProblems{
    LoginProblem::invalid_state,    LoginProblem::expired_state,         LoginProblem::invalid_issuer,
    LoginProblem::invalid_nonce,    LoginProblem::invalid_id_token,      LoginProblem::access_denied,
    LoginProblem::unverified_user,  LoginProblem::unverified_email,      LoginProblem::networks_unusable,
    LoginProblem::account_disabled, LoginProblem::upstream_rate_limited, LoginProblem::upstream_auth_failure,
    LoginProblem::too_many_logins,  LoginProblem::too_many_attempts,     LoginProblem::peeringdb_disabled};

/// The word for machines: the `code` of the reply, the audit's `why`, the login page's `problem`.
[[nodiscard]] std::string_view to_string(LoginProblem problem) noexcept;
[[nodiscard]] std::optional<LoginProblem> parse_login_problem(std::string_view word) noexcept;

/// With the message for the person and the word as its reason.
[[nodiscard]] Error login_error(LoginProblem problem);

}  // namespace ztix::service
