#pragma once

/// @file core/service/second_factors.h
/// Second factors of people who are logged in: authenticator apps and recovery codes, and what is the same for all
/// kinds. Passkeys are set up and shown in core/service/passkeys.h.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/digest/secret_box.h"
#include "core/service/accounts.h"
#include "core/service/factor_codes.h"
#include "core/service/factor_gate.h"
#include "core/service/ports/factor_store.h"

namespace ztix::service {

/// A TOTP factor that waits for its first code.
struct Enrolment {
  Factor factor;
  SecretString secret;  ///< base32, for typing
  SecretString uri;     ///< otpauth://, for the QR code
};

struct FactorOverview {
  std::vector<Factor> factors;  ///< those that count
  int recovery_codes_left = 0;
  std::optional<Enrolment> enrolment;
};

class SecondFactors {
 public:
  SecondFactors(FactorPorts ports, const SecretString& master)
      : ports_(ports), gate_(ports), box_(master, kFactorSecretPurpose) {}

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
  Result<Enrolment> enrolment_of(const Factor& factor, const std::string& username);
  Result<AuthFactor> shown_factor(const User& user, const std::string& code, const Actor& actor);
  Result<std::optional<Factor>> begun(const User& user);
  Result<SecretString> secret_of(const Factor& factor) const;

  FactorPorts ports_;
  FactorGate gate_;
  digest::SecretBox box_;
};

}  // namespace ztix::service
