#pragma once

/// @file core/service/peeringdb_login.h
/// Logging in through PeeringDB: OAuth 2 authorization code with PKCE and OpenID Connect (RFC 6749, 7636, 9207).

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/accounts.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/identity_provider.h"
#include "core/service/ports/identity_store.h"
#include "core/service/ports/login_attempt_store.h"
#include "core/service/ports/login_problem.h"
#include "core/service/ports/token_store.h"

namespace ztix::service {

struct LoginStart {
  std::string url;  ///< where the browser goes
  /// For a cookie of this browser, for kLoginAttemptLifetime; what comes back counts only with it.
  SecretString browser_token;
};

/// What the browser brought back from the provider.
struct LoginCallback {
  std::optional<std::string> state;
  std::optional<std::string> code;
  std::optional<std::string> issuer;
  std::optional<std::string> error;
};

struct PeeringDbLoginDone {
  NewLogin login;
  std::string next_path;  ///< as it was given to begin()
};

struct PeeringDbLoginPorts {
  IdentityProvider& provider;
  LoginAttemptStore& attempts;
  IdentityStore& identities;
  TokenStore& tokens;
  AuditStore& audit;
  GuessGuard& guesses;  ///< with kPeeringDbThrottle
  RandomSource& random;
  Clock& clock;
};

/// Every error has the reason of a LoginProblem, except when our own stores are away.
class PeeringDbLogin {
 public:
  PeeringDbLogin(PeeringDbLoginPorts ports, Accounts& accounts) : ports_(ports), accounts_(accounts) {}

  /// @param next_path  where the person wants to go afterwards; the caller has checked it.
  /// @param browser    the token this browser has from a login begun before, so that two of them can be open at once.
  /// Counts as come to nothing, for the address block, until finish() lets somebody from there in.
  Result<LoginStart> begin(const std::string& next_path, const std::optional<SecretString>& browser, const Actor& from);

  /// Every outcome is audited; what `too_many_attempts` refuses is audited by its number. The state is used up by the
  /// first answer, whatever comes of it.
  Result<PeeringDbLoginDone> finish(const LoginCallback& callback, const std::optional<SecretString>& browser,
                                    const Actor& from);

 private:
  Result<GuessVerdict> admitted(const Guess& guess, const Actor& from);
  Status settle(const Guess& guess, const GuessVerdict& verdict, const Result<PeeringDbLoginDone>& done);
  Result<LoginStart> begun(const std::string& next_path, const std::optional<SecretString>& browser);
  Result<LoginAttempt> checked_attempt(const LoginCallback& callback, const std::optional<SecretString>& browser);
  Result<PeeringDbLoginDone> let_in(const LoginCallback& callback, const std::optional<SecretString>& browser,
                                    const Actor& from, std::string& subject);
  Status end_tokens_of(const AdmittedIdentity& admitted, const Actor& from);
  Error audited(Error error, const std::string& subject, const Actor& from);

  PeeringDbLoginPorts ports_;
  Accounts& accounts_;
};

}  // namespace ztix::service
