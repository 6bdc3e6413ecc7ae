#pragma once

/// @file app/middleware/step_up.h
/// A session may be hours old, and the person at the keyboard another one; calls that weigh much ask again.

#include <chrono>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/service/accounts.h"

namespace ztix::app {

/// How old the second factor may be for a route with StepUp::yes.
inline constexpr std::chrono::minutes kStepUpAge{5};

/// A second factor was shown in this session at most kStepUpAge ago.
/// @return forbidden (`step_up_required`).
[[nodiscard]] Status check_step_up(const service::Login& login, Timestamp now);

}  // namespace ztix::app
