#pragma once

/// @file core/service/password_reset.h
/// A forgotten password: `ztix user password-reset` makes a token, its owner sets a new password with it.

#include <chrono>
#include <string>
#include <utility>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/factor_store.h"
#include "core/service/ports/password_appraisal.h"
#include "core/service/ports/password_hasher.h"

namespace ztix::service {

inline constexpr std::chrono::minutes kResetTime{15};

struct ResetToken {
  SecretString token;  ///< 256 random bits, base64url; it exists nowhere else
  std::string digest;  ///< SHA-256, hexadecimal
};

[[nodiscard]] ResetToken make_reset_token(RandomSource& random);

struct ResetPorts {
  AccountStore& accounts;
  FactorStore& factors;
  PasswordHasher& hasher;
  AuditStore& audit;
  GuessGuard& guesses;
  PasswordAppraiser appraise;
};

class PasswordReset {
 public:
  explicit PasswordReset(ResetPorts ports) : ports_(std::move(ports)) {}

  /// A new password for a token: once, within kResetTime. All logins of the user end and none begins: the second factor
  /// is asked for as ever.
  /// @return forbidden (`wrong_reset_token`: unknown user, wrong, used and late tokens alike), invalid_argument
  ///         (`weak_password`, and the token stays good), rate_limited.
  Status reset(const std::string& username, const SecretString& token, const SecretString& password, const Actor& from);

 private:
  Status checked_reset(const std::string& username, const SecretString& token, const SecretString& password,
                       const Actor& from);
  Result<User> owner_of(const std::string& username, const std::string& digest, const Actor& from);
  Error refused(const std::optional<User>& user, const Actor& from);

  ResetPorts ports_;
};

}  // namespace ztix::service
