#pragma once

/// @file core/identity/password_appraiser.h

#include <string>

#include "core/service/ports/password_appraisal.h"

namespace ztix::identity {

/// Passwords judged by zxcvbn and by the list of published ones.
/// @param list_path  see BreachList; empty = there is none.
/// @return unavailable, for a list that cannot be used.
[[nodiscard]] Result<service::PasswordAppraiser> password_appraiser(const std::string& list_path);

}  // namespace ztix::identity
