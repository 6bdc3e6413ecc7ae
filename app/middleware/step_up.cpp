#include "app/middleware/step_up.h"

namespace ztix::app {
namespace {

Error required(const service::Login& login, std::string message) {
  return fail(ErrorCode::forbidden, std::move(message))
      .with_reason(kSecondFactorRequired)
      .with_fact("next", second_step_of(login));
}

}  // namespace

std::string_view second_step_of(const service::Login& login) noexcept {
  return login.is_half() ? "/login/second-factor" : "/account";
}

Status check_second_factor(const service::Login& login, Access access) {
  if (login.second_factor_at || access == Access::open || access == Access::half) return {};
  if (login.is_half()) {
    return required(login,
                    "The second step of this login is missing. Send a code of your second factor with "
                    "POST /api/v1/auth/factors/verify.");
  }
  const bool as_admin =
      (access == Access::admin || access == Access::auditor) && login.user.has_role(domain::Role::admin);
  if (!as_admin) return {};
  return required(login,
                  "An administrator needs a second factor. Set one up at /account with the one-time code that "
                  "`ztix setup` or `ztix user enrolment-code` prints.");
}

Status check_step_up(const service::Login& login, Timestamp now) {
  const bool by_code = login.user.has_second_factor;
  const auto proven = by_code || login.second_factor_at ? login.second_factor_at : login.began_at;
  if (proven && now - *proven <= kStepUpAge) return {};
  return fail(ErrorCode::forbidden,
              by_code ? "This needs your second factor again: it must have been shown in the last 5 minutes. Send a "
                        "code with POST /api/v1/auth/factors/verify, then repeat the call."
                      : "This needs a login of the last 5 minutes. Log out and in again, then repeat the call.")
      .with_reason("step_up_required")
      .with_fact("by", by_code ? "code" : "login");
}

}  // namespace ztix::app
