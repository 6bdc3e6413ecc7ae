#include "app/middleware/step_up.h"

namespace ztix::app {

Status check_step_up(const service::Login& login, Timestamp now) {
  if (login.second_factor_at && now - *login.second_factor_at <= kStepUpAge) return {};
  return fail(ErrorCode::forbidden,
              "This needs your second factor again: it must have been shown in the last 5 minutes. Send a code with "
              "POST /api/v1/auth/factors/verify, then repeat the call.")
      .with_reason("step_up_required");
}

}  // namespace ztix::app
