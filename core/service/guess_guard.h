#pragma once

/// @file core/service/guess_guard.h
/// What stands before every check of something that can be guessed: the throttle, and what of it is audited.

#include <functional>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/login_throttle.h"

namespace ztix::service {

/// Leaves one row for each pause (`login.throttled`, with its length) and one for what it refused (`guesses.refused`,
/// with the number, when the next guess is admitted): a flood costs as many rows as guesses that were checked.
class GuessGuard {
 public:
  /// Whose account a guess is about; asked only for an audit row, since that costs a look into the database.
  using Whose = std::function<std::optional<Uuid>()>;

  GuessGuard(LoginThrottle& throttle, AuditStore& audit) : throttle_(throttle), audit_(audit) {}

  /// Before anything is checked. The guess counts as wrong until one of the calls below.
  /// @return `rate_limited` with the fact `retry_after_seconds`; `unavailable`: nothing may be checked then.
  Result<GuessVerdict> admit(const Guess& guess, const Actor& from, const Whose& whose);
  Status was_right(const Guess& guess, const GuessVerdict& verdict) { return throttle_.was_right(guess, verdict); }
  Status was_not_checked(const Guess& guess, const GuessVerdict& verdict) {
    return throttle_.was_not_checked(guess, verdict);
  }

 private:
  Status audit(const std::string& action, const Guess& guess, const Actor& from, const Whose& whose,
               const std::string& fact, std::int64_t number);

  LoginThrottle& throttle_;
  AuditStore& audit_;
};

/// `rate_limited` with when to try again; names no account, so it says the same whether there is one or not.
[[nodiscard]] Error too_many_guesses(std::chrono::milliseconds retry_after);

}  // namespace ztix::service
