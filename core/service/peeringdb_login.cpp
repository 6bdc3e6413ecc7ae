#include "core/service/peeringdb_login.h"

#include <utility>

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/log/log.h"

namespace ztix::service {
namespace {

constexpr std::size_t kRandomBytes = 32;

Status check_identity(const ProvenIdentity& identity) {
  if (!identity.is_verified_user) return login_error(LoginProblem::unverified_user);
  if (!identity.is_verified_email) return login_error(LoginProblem::unverified_email);
  if (identity.affiliations.empty()) return login_error(LoginProblem::networks_unusable);
  return {};
}

/// What the provider says instead of a code (RFC 6749 §4.1.2.1).
Status check_answer(const LoginCallback& callback) {
  if (callback.error) {
    const bool denied = *callback.error == "access_denied";
    return login_error(denied ? LoginProblem::access_denied : LoginProblem::upstream_auth_failure);
  }
  if (!callback.code || callback.code->empty()) return login_error(LoginProblem::upstream_auth_failure);
  return {};
}

Guess step_of(GuessKind kind, const Actor& from) { return {kind, "", address_block(from.remote_address)}; }

/// Nobody is the worse for what we or PeeringDB have no room for.
bool is_nobodys_fault(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::rate_limited;
}

}  // namespace

Result<GuessVerdict> PeeringDbLogin::admitted(const Guess& guess, const Actor& from) {
  auto verdict = ports_.guesses.admit(guess, from, [] { return std::nullopt; });
  if (verdict || verdict.error().code != ErrorCode::rate_limited) return verdict;
  auto refusal = login_error(LoginProblem::too_many_attempts);
  refusal.facts = verdict.error().facts;
  return refusal;
}

Result<LoginStart> PeeringDbLogin::begin(const std::string& next_path, const std::optional<SecretString>& browser,
                                         const Actor& from) {
  const auto step = step_of(GuessKind::peeringdb_start, from);
  ZTIX_ASSIGN(const auto verdict, admitted(step, from));
  auto start = begun(next_path, browser);
  if (!start && is_nobodys_fault(start.error())) ZTIX_CHECK(ports_.guesses.was_not_checked(step, verdict));
  return start;
}

Result<LoginStart> PeeringDbLogin::begun(const std::string& next_path, const std::optional<SecretString>& browser) {
  const auto fresh = [this] { return to_base64url(ports_.random.bytes(kRandomBytes)); };
  const SecretString verifier(fresh());
  const AuthorizationRequest wanted{fresh(), fresh(), to_base64url(digest::as_text(digest::sha256(verifier.expose())))};
  auto token = browser ? *browser : SecretString(fresh());
  ZTIX_ASSIGN(auto url, ports_.provider.authorization_url(wanted));
  ZTIX_CHECK(ports_.attempts.put(
      wanted.state, {digest::sha256_hex(token.expose()), wanted.nonce, verifier, next_path, ports_.clock.now()}));
  return LoginStart{std::move(url), std::move(token)};
}

Result<LoginAttempt> PeeringDbLogin::checked_attempt(const LoginCallback& callback,
                                                     const std::optional<SecretString>& browser) {
  if (!callback.state || !browser) return login_error(LoginProblem::invalid_state);
  ZTIX_ASSIGN(auto attempt, ports_.attempts.take(*callback.state));
  if (!attempt) return login_error(LoginProblem::invalid_state);
  if (!constant_time_equal(attempt->browser_hash, digest::sha256_hex(browser->expose()))) {
    return login_error(LoginProblem::invalid_state);
  }
  if (ports_.clock.now() - attempt->began_at >= kLoginAttemptLifetime) return login_error(LoginProblem::expired_state);
  return std::move(*attempt);
}

Result<PeeringDbLoginDone> PeeringDbLogin::finish(const LoginCallback& callback,
                                                  const std::optional<SecretString>& browser, const Actor& from) {
  const auto step = step_of(GuessKind::peeringdb_callback, from);
  ZTIX_ASSIGN(const auto verdict, admitted(step, from));
  std::string subject = "unknown";
  auto done = let_in(callback, browser, from, subject);
  ZTIX_CHECK(settle(step, verdict, done));
  if (!done) return audited(std::move(done).error(), subject, from);
  return done;
}

/// A login that was let in takes its beginning back too: that one came to something.
Status PeeringDbLogin::settle(const Guess& guess, const GuessVerdict& verdict, const Result<PeeringDbLoginDone>& done) {
  if (!done) {
    return is_nobodys_fault(done.error()) ? ports_.guesses.was_not_checked(guess, verdict) : Status();
  }
  auto start = guess;
  start.kind = GuessKind::peeringdb_start;
  ZTIX_CHECK(ports_.guesses.was_not_checked(start, {}));
  return ports_.guesses.was_right(guess, verdict);
}

Result<PeeringDbLoginDone> PeeringDbLogin::let_in(const LoginCallback& callback,
                                                  const std::optional<SecretString>& browser, const Actor& from,
                                                  std::string& subject) {
  ZTIX_ASSIGN(auto attempt, checked_attempt(callback, browser));
  ZTIX_CHECK(check_answer(callback));
  ZTIX_ASSIGN(const auto identity, ports_.provider.redeem({SecretString(*callback.code), callback.issuer, attempt.nonce,
                                                           std::move(attempt.code_verifier)}));
  subject = "peeringdb:" + identity.subject;
  ZTIX_CHECK(check_identity(identity));
  ZTIX_ASSIGN(auto admitted, ports_.identities.admit(identity, from));
  subject = admitted.user.id.text();
  if (admitted.user.disabled) return login_error(LoginProblem::account_disabled);
  ZTIX_CHECK(end_tokens_of(admitted, from));
  ZTIX_ASSIGN(auto login,
              accounts_.open_session(std::move(admitted.user), {LoginSource::peeringdb, identity.factors}, from));
  return PeeringDbLoginDone{std::move(login), std::move(attempt.next_path)};
}

/// What a token may do is read anew with each call, so a lost AS number is out of reach already; it ends nevertheless,
/// as the logins have in admit(), so that nothing goes on that rested on what is gone.
Status PeeringDbLogin::end_tokens_of(const AdmittedIdentity& admitted, const Actor& from) {
  if (admitted.lost.empty()) return {};
  log::info("login.affiliations_lost", {{"user", admitted.user.username}, {"count", admitted.lost.size()}});
  ZTIX_CHECK(ports_.tokens.end_all_of(admitted.user.id, "PeeringDB no longer names an AS number of its owner", from));
  return {};
}

Error PeeringDbLogin::audited(Error error, const std::string& subject, const Actor& from) {
  AuditEntry entry;
  entry.actor = from;
  entry.action = "login.refused";
  entry.subject_kind = "user";
  entry.subject_id = subject;
  entry.facts["source"] = to_string(LoginSource::peeringdb);
  entry.facts["why"] = error.reason.empty() ? std::string(to_string(error.code)) : error.reason;
  log::info("login.refused",
            {{"why", entry.facts["why"]}, {"remote_address", from.remote_address}, {"detail", error.detail}});
  if (auto written = ports_.audit.append(entry); !written) return std::move(written).error();
  return error;
}

}  // namespace ztix::service
