#pragma once

/// @file core/service/accounts.h
/// Logging in and out, and who is behind a session.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/grouped.h"
#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/guess_guard.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/password_hasher.h"
#include "core/service/ports/session_store.h"

namespace ztix::service {

/// A user and the session that proves it.
struct Login {
  User user;
  std::string csrf_token;
  LoginProof proof{};
  /// When a second factor was last shown in this session.
  std::optional<Timestamp> second_factor_at{};
  Timestamp began_at{};
  Uuid session_id = Uuid::from_random(std::string(16, '\0'));
  std::string session_address{};  ///< where it was opened

  /// The user has a second factor and has not shown it in this session: nothing is open but the second step.
  [[nodiscard]] bool is_half() const { return user.has_second_factor && !second_factor_at; }
};

/// What the caller of login gets; `token` belongs into the cookie and nowhere else.
struct NewLogin {
  Login login;
  SecretString token;
};

/// Administrators' sessions end sooner when nobody uses them.
inline constexpr std::chrono::minutes kAdminIdle{15};

struct AccountPorts {
  AccountStore& accounts;
  SessionStore& sessions;
  PasswordHasher& hasher;
  AuditStore& audit;
  NetworkStore& networks;
  RandomSource& random;
  Clock& clock;
  GuessGuard& guesses;
};

class Accounts {
 public:
  explicit Accounts(AccountPorts ports)
      : ports_(ports),
        logins_([this](const std::vector<SecretString>& tokens) { return logins_of(tokens); }, kLookUpsAtOnce,
                kLongestLookUp) {}

  /// Answers an unknown name and a wrong password equally, and at equal cost. Every outcome is audited; when that
  /// cannot be done, nobody is let in.
  /// @param from  remote address and trace id of the attempt.
  /// @return `unauthenticated` (`bad_credentials`), `forbidden` (`account_disabled`, only with the right password),
  ///         `rate_limited` after too many failures (before anything is checked) or when all places for password
  ///         checks are taken, `unavailable`.
  Result<NewLogin> log_in(const std::string& username, const SecretString& password, const Actor& from);
  /// The last step of every way to log in: who proved to be `user` gets a session. Audited as `login.succeeded` with
  /// what it rests on; a second factor among that counts from now.
  /// @param from  remote address and trace id of the attempt.
  Result<NewLogin> open_session(User user, const LoginProof& proof, const Actor& from);
  /// A session goes on under a new token and CSRF token, and the one before ends: after a second factor and after every
  /// change of rights. It becomes no younger by it.
  /// @param shown   the second factor that was just shown, if it was one.
  /// @param raised  how often this very call has raised the user's login epoch. Whatever else raised it meanwhile (a
  ///                logout by an administrator, another password) ends this session too.
  Result<NewLogin> renew_session(const SecretString& token, const Login& before, std::optional<AuthFactor> shown,
                                 int raised);
  Status log_out(const SecretString& token, const Actor& actor);
  /// One's own sessions, the latest used first.
  Result<std::vector<ListedSession>> sessions_of(const User& user);
  /// Ends one of one's own. not_found (`unknown_session`).
  Status end_session(const User& user, const Uuid& id, const Actor& actor);
  /// nullopt for a session that is unknown, over, or whose user is gone or disabled. Session and user are read for each
  /// call, after it came: what a person took away is gone with the next one. Calls that come in a crowd are read for
  /// together.
  Result<std::optional<Login>> authenticate(const SecretString& token) { return logins_.ask(token); }

  /// The networks this user may ask to join.
  Result<std::vector<Network>> joinable_networks(const User& user);
  Result<Installation> installation() { return ports_.accounts.installation(); }

 private:
  Result<LoginRecord> checked_credentials(const std::string& username, const SecretString& password, const Actor& from);
  Status settle(const Guess& guess, const GuessVerdict& verdict, const Result<LoginRecord>& checked);
  std::optional<Uuid> whose(const std::string& username);
  Status ended(const Actor& actor);
  Result<NewLogin> store_session(User user, Session session);
  Error refused(const Actor& from, const std::optional<User>& user, const std::string& why, Error error);
  void rehash(const User& user, const SecretString& password);

  using FoundLogin = Result<std::optional<Login>>;
  /// Two, so that one group is read while the calls of the other go on.
  static constexpr std::size_t kLookUpsAtOnce = 2;
  static constexpr std::size_t kLongestLookUp = 64;
  std::vector<FoundLogin> logins_of(const std::vector<SecretString>& tokens);
  FoundLogin login_behind(const SecretString& token, std::optional<Session> session, const std::vector<User>& users);

  AccountPorts ports_;
  Grouped<SecretString, FoundLogin> logins_;
};

/// True when this user may ask to join this network: admission open, or listed with an access row.
[[nodiscard]] bool is_admitted(const User& user, const Network& network);

}  // namespace ztix::service
