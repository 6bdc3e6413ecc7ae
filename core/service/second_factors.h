#pragma once

/// @file core/service/second_factors.h
/// Second factors of people who are logged in: setting them up, showing them, taking them away.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/digest/secret_box.h"
#include "core/service/accounts.h"
#include "core/service/factor_codes.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/factor_store.h"

namespace ztix::service {

inline constexpr int kRecoveryCodes = 10;

/// A TOTP factor that waits for its first code.
struct Enrolment {
  Factor factor;
  SecretString secret;  ///< base32, for typing
  SecretString uri;     ///< otpauth://, for the QR code
};

struct ConfirmedFactor {
  std::vector<SecretString> recovery_codes;  ///< empty when the user has some already
  NewLogin login;
};

struct FactorOverview {
  std::vector<Factor> factors;  ///< those that count
  int recovery_codes_left = 0;
  std::optional<Enrolment> enrolment;
};

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

/// Administrators with a password alone: a stolen one must not be enough to set up their first second factor.
[[nodiscard]] bool needs_enrolment_code(const Login& login);

class SecondFactors {
 public:
  SecondFactors(FactorPorts ports, const SecretString& master) : ports_(ports), box_(master, kFactorSecretPurpose) {}

  Result<FactorOverview> overview(const User& user);
  /// @param enrolment_code  see needs_enrolment_code(); `ztix setup` and `ztix user enrolment-code` print it.
  /// @return forbidden (`enrolment_code_required`, `wrong_enrolment_code`), invalid_argument (`bad_label`).
  Result<Enrolment> begin_totp(const Login& login, const std::string& label,
                               const std::optional<SecretString>& enrolment_code, const Actor& actor);
  /// The factor counts when its app shows the right code. All logins end but this one, which gets a new token.
  /// @return not_found (`no_enrolment`), forbidden (`wrong_code`), rate_limited.
  Result<ConfirmedFactor> confirm_totp(const OwnSession& session, const std::string& code, const Actor& actor);
  /// The second step of a login, and the step-up: a code of an app or a recovery code. The session gets a new token.
  /// @return forbidden (`wrong_code`; a code that was used already is wrong too), rate_limited.
  Result<NewLogin> verify(const OwnSession& session, const std::string& code, const Actor& actor);
  /// The ones before are worth nothing afterwards.
  Result<std::vector<SecretString>> new_recovery_codes(const Login& login, const Actor& actor);
  /// All logins end but this one, which gets a new token. not_found (`unknown_factor`).
  Result<NewLogin> remove(const OwnSession& session, const Uuid& factor, const Actor& actor);

 private:
  /// What can be guessed is checked behind the throttle.
  template <class Check>
  auto guarded(const User& user, const Actor& actor, Check&& check) -> decltype(check());
  Status check_enrolment_code(const Login& login, const std::optional<SecretString>& code, const Actor& actor);
  Result<Enrolment> enrolment_of(const Factor& factor, const std::string& username);
  Result<AuthFactor> shown_factor(const User& user, const std::string& code, const Actor& actor);
  Result<std::optional<Factor>> begun(const User& user);
  Result<SecretString> secret_of(const Factor& factor) const;
  Error refused(const User& user, const std::string& why, const Actor& actor, Error error);

  FactorPorts ports_;
  digest::SecretBox box_;
};

}  // namespace ztix::service
