#pragma once

/// @file app/middleware/step_up.h
/// When a login alone is not enough. A session may be hours old, and the person at the keyboard another one.

#include <chrono>
#include <string_view>

#include "app/router.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/service/accounts.h"

namespace ztix::app {

/// How old the second factor may be for a route with StepUp::yes.
inline constexpr std::chrono::minutes kStepUpAge{5};

inline constexpr std::string_view kSecondFactorRequired = "second_factor_required";

/// Who has a second factor shows it before anything else; an administrator must have one to act as one, unless the
/// login itself (PeeringDB's `amr`) says that one was shown.
/// @return forbidden (kSecondFactorRequired) with the page that helps as the fact `next`.
[[nodiscard]] Status check_second_factor(const service::Login& login, Access access);

/// A second factor was shown in this session at most kStepUpAge ago. Who has none, and needs none, has logged in so
/// lately instead: that is the best proof there is of them.
/// @return forbidden (`step_up_required`) with the fact `by`: `code` or `login`.
[[nodiscard]] Status check_step_up(const service::Login& login, Timestamp now);

/// Where a login without its second factor goes on: showing it, or setting one up.
[[nodiscard]] std::string_view second_step_of(const service::Login& login) noexcept;

}  // namespace ztix::app
