#pragma once

/// @file core/service/factor_gate.h
/// What is the same for every kind of second factor: the throttle, the trace a refusal leaves, the one-time code that
/// an administrator's first one needs, and the recovery codes that come with the first one.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/accounts.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/factor_store.h"

namespace ztix::service {

inline constexpr int kRecoveryCodes = 10;

struct FactorPorts {
  FactorStore& factors;
  Accounts& accounts;
  AuditStore& audit;
  GuessGuard& guesses;
  RandomSource& random;
  Clock& clock;
};

/// What is done with a session: who it is, and its token, which a change of rights replaces.
struct OwnSession {
  const Login& login;
  const SecretString& token;
};

struct ConfirmedFactor {
  std::vector<SecretString> recovery_codes;  ///< empty when the user has some already
  NewLogin login;
};

struct RecoveryCodes {
  std::vector<SecretString> codes;
  std::vector<std::string> digests;
};

/// Administrators with a password alone: a stolen one must not be enough to set up their first second factor.
[[nodiscard]] bool needs_enrolment_code(const Login& login);

[[nodiscard]] RecoveryCodes make_recovery_codes(RandomSource& random);

class FactorGate {
 public:
  explicit FactorGate(FactorPorts ports) : ports_(ports) {}

  /// Runs `check` behind the throttle. Its `forbidden` is a wrong guess; other errors count as not checked.
  template <class Check>
  auto guarded(const User& user, const Actor& actor, Check&& check) -> decltype(check()) {
    const Guess guess{GuessKind::second_factor, user.id.text(), address_block(actor.remote_address)};
    ZTIX_ASSIGN(const auto verdict, ports_.guesses.admit(guess, actor, [&user] { return user.id; }));
    auto checked = check();
    if (checked) {
      ZTIX_CHECK(ports_.guesses.was_right(guess, verdict));
    } else if (checked.error().code != ErrorCode::forbidden) {
      ZTIX_CHECK(ports_.guesses.was_not_checked(guess, verdict));
    }
    return checked;
  }
  /// Audited as `factor.refused`. @return `error`, or why it could not be audited.
  Error refused(const User& user, const std::string& why, const Actor& actor, Error error);
  /// @param code  see needs_enrolment_code(); `ztix setup` and `ztix user enrolment-code` print it.
  /// @return forbidden (`enrolment_code_required`, `wrong_enrolment_code`), rate_limited.
  Status check_enrolment_code(const Login& login, const std::optional<SecretString>& code, const Actor& actor);
  /// None when the user has some already.
  Result<RecoveryCodes> first_recovery_codes(const User& user);

 private:
  FactorPorts ports_;
};

}  // namespace ztix::service
