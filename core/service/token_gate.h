#pragma once

/// @file core/service/token_gate.h
/// Who is behind a token that a program shows.

#include <string>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/token_store.h"

namespace ztix::service {

struct TokenLogin {
  User user;
  ApiToken token;
};

struct TokenGatePorts {
  TokenStore& tokens;
  AccountStore& accounts;
  AuditStore& audit;
  GuessGuard& guesses;
};

class TokenGate {
 public:
  explicit TokenGate(TokenGatePorts ports) : ports_(ports) {}

  /// Notes the use. Refusals are audited: those of a token that exists once a minute, those of one that does not as
  /// far as the throttle admits guesses from that block (valid tokens are never throttled).
  /// @param route  what was called, for the audit.
  /// @return `unauthenticated` (`invalid_token`: unknown, over, or its user disabled: one answer for all),
  ///         `rate_limited`, `unavailable`.
  Result<TokenLogin> admit(const SecretString& text, const std::string& route, const Actor& from);
  /// Writes down that a token that is valid may not do this. @return `error`, or why that cannot be written.
  Error refused(const ApiToken& token, const std::string& route, const Actor& from, Error error);

 private:
  Result<TokenCandidate> known(const SecretString& text, const std::string& route, const Actor& from);
  Error unknown(const std::string& route, const Actor& from);
  Error dead(const ApiToken& token, const std::string& why, const std::string& route, const Actor& from);

  TokenGatePorts ports_;
};

}  // namespace ztix::service
