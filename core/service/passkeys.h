#pragma once

/// @file core/service/passkeys.h
/// Passkeys as second factors (Web Authentication Level 2): each answer is to a challenge that was made for this
/// session and purpose, and counts once.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/factor_gate.h"
#include "core/service/ports/challenge_store.h"
#include "core/service/ports/passkey_verifier.h"

namespace ztix::service {

/// What a browser needs for `navigator.credentials.create()`. Bytes, not text, unless it says so.
struct PasskeyOffer {
  std::string challenge;
  std::string relying_party;  ///< domain, text
  std::string exchange_name;  ///< text
  Uuid user_id;
  std::string username;                        ///< text
  std::vector<std::string> known_credentials;  ///< which must not be registered again
};

/// What a browser needs for `navigator.credentials.get()`.
struct PasskeyQuestion {
  std::string challenge;
  std::string relying_party;             ///< domain, text
  std::vector<std::string> credentials;  ///< one of these has to answer
};

struct PasskeyPorts {
  FactorPorts factors;
  ChallengeStore& challenges;
  PasskeyVerifier& verifier;
};

class Passkeys {
 public:
  explicit Passkeys(PasskeyPorts ports) : ports_(ports), gate_(ports.factors) {}

  /// @param enrolment_code  as FactorGate::check_enrolment_code() wants it.
  /// @return forbidden (`enrolment_code_required`, `wrong_enrolment_code`), invalid_argument (`bad_label`).
  Result<PasskeyOffer> begin_registration(const Login& login, const std::string& label,
                                          const std::optional<SecretString>& enrolment_code, const Actor& actor);
  /// The passkey counts from now on. All logins end but this one, which gets a new token.
  /// @return not_found (`no_challenge`), invalid_argument (`bad_passkey`), forbidden (`wrong_passkey`), conflict
  ///         (`known_passkey`).
  Result<ConfirmedFactor> register_passkey(const OwnSession& session, const PasskeyRegistration& registration,
                                           const Actor& actor);
  /// The second step of a login, and the step-up. @return not_found (`no_passkey`).
  Result<PasskeyQuestion> begin_verification(const Login& login);
  /// The session gets a new token. @return not_found (`no_challenge`), invalid_argument (`bad_passkey`), forbidden
  /// (`wrong_passkey`), rate_limited.
  Result<NewLogin> verify(const OwnSession& session, const PasskeyAssertion& assertion, const Actor& actor);

 private:
  Result<std::vector<Factor>> passkeys_of(const User& user);
  Result<std::string> new_challenge(const Login& login, ChallengePurpose purpose, std::string label);
  Result<Challenge> taken_challenge(const Login& login, ChallengePurpose purpose);
  Result<AuthFactor> shown(const User& user, const PasskeyAssertion& assertion, std::string_view challenge,
                           const Actor& actor);

  PasskeyPorts ports_;
  FactorGate gate_;
};

}  // namespace ztix::service
