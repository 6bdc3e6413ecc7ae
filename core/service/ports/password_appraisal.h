#pragma once

/// @file core/service/ports/password_appraisal.h
/// What is known about a password without knowing whose it is.

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::service {

struct PasswordAppraisal {
  /// So many guesses, as a power of ten, need those who try first what people choose first.
  double guesses_log10 = 0;
  /// It is on the operator's own list of passwords that were published.
  bool is_listed = false;
};

/// @param words  that are obvious for this person: an attacker tries them first.
/// @return unavailable, when the operator's list cannot be read: nothing is taken then.
using PasswordAppraiser =
    std::function<Result<PasswordAppraisal>(const SecretString& password, const std::vector<std::string>& words)>;

}  // namespace ztix::service
