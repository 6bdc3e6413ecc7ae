#include "core/service/passkeys.h"

#include <algorithm>
#include <utility>

#include "core/service/factor_codes.h"

namespace ztix::service {
namespace {

/// Twice the 16 that must be (Web Authentication Level 2, §13.4.3).
constexpr std::size_t kChallengeBytes = 32;

Error wrong_passkey() {
  return fail(ErrorCode::forbidden, "The passkey was not accepted. Try again with one of yours.")
      .with_reason("wrong_passkey");
}

}  // namespace

Result<std::vector<Factor>> Passkeys::passkeys_of(const User& user) {
  ZTIX_ASSIGN(auto all, ports_.factors.factors.factors(user.id));
  std::erase_if(all, [](const Factor& factor) { return !factor.passkey; });
  return all;
}

Result<std::string> Passkeys::new_challenge(const Login& login, ChallengePurpose purpose, std::string label) {
  Challenge challenge{ports_.factors.random.bytes(kChallengeBytes), std::move(label)};
  ZTIX_CHECK(ports_.challenges.put(login.session_id, purpose, challenge));
  return std::move(challenge.bytes);
}

Result<Challenge> Passkeys::taken_challenge(const Login& login, ChallengePurpose purpose) {
  ZTIX_ASSIGN(auto challenge, ports_.challenges.take(login.session_id, purpose));
  if (challenge) return std::move(*challenge);
  return fail(ErrorCode::not_found, "This took too long, or was answered already. Begin again.")
      .with_reason("no_challenge");
}

Result<PasskeyOffer> Passkeys::begin_registration(const Login& login, const std::string& label,
                                                  const std::optional<SecretString>& enrolment_code,
                                                  const Actor& actor) {
  ZTIX_ASSIGN(auto name, checked_factor_label(label));
  ZTIX_CHECK(gate_.check_enrolment_code(login, enrolment_code, actor));
  ZTIX_ASSIGN(const auto known, passkeys_of(login.user));
  ZTIX_ASSIGN(const auto exchange, ports_.factors.accounts.installation());
  ZTIX_ASSIGN(auto challenge, new_challenge(login, ChallengePurpose::registration, std::move(name)));
  PasskeyOffer offer{std::move(challenge), std::string(ports_.verifier.relying_party()),
                     exchange.name,        login.user.id,
                     login.user.username,  {}};
  for (const auto& factor : known) offer.known_credentials.push_back(factor.passkey->credential_id);
  return offer;
}

Result<ConfirmedFactor> Passkeys::register_passkey(const OwnSession& session, const PasskeyRegistration& registration,
                                                   const Actor& actor) {
  const auto& user = session.login.user;
  ZTIX_ASSIGN(auto challenge, taken_challenge(session.login, ChallengePurpose::registration));
  auto passkey = ports_.verifier.registered(registration, challenge.bytes);
  if (!passkey) {
    const auto why = passkey.error().reason;
    return gate_.refused(user, why, actor, std::move(passkey).error());
  }
  ZTIX_ASSIGN(auto recovery, gate_.first_recovery_codes(user));
  ZTIX_CHECK(ports_.factors.factors.add_passkey({user.id, std::move(challenge.label), std::move(*passkey)},
                                                recovery.digests, actor));
  ZTIX_ASSIGN(auto login, ports_.factors.accounts.renew_session(session.token, session.login, AuthFactor::swk, 1));
  return ConfirmedFactor{std::move(recovery.codes), std::move(login)};
}

Result<PasskeyQuestion> Passkeys::begin_verification(const Login& login) {
  ZTIX_ASSIGN(const auto mine, passkeys_of(login.user));
  if (mine.empty()) {
    return fail(ErrorCode::not_found, "You have no passkey. Type a code of your app, or a recovery code.")
        .with_reason("no_passkey");
  }
  ZTIX_ASSIGN(auto challenge, new_challenge(login, ChallengePurpose::verification, {}));
  PasskeyQuestion question{std::move(challenge), std::string(ports_.verifier.relying_party()), {}};
  for (const auto& factor : mine) question.credentials.push_back(factor.passkey->credential_id);
  return question;
}

/// Checks the answer of one of the user's passkeys; each answer counts once.
Result<AuthFactor> Passkeys::shown(const User& user, const PasskeyAssertion& assertion, std::string_view challenge,
                                   const Actor& actor) {
  ZTIX_ASSIGN(const auto mine, passkeys_of(user));
  const auto found = std::find_if(mine.begin(), mine.end(), [&assertion](const Factor& factor) {
    return factor.passkey->credential_id == assertion.credential_id;
  });
  if (found == mine.end()) return gate_.refused(user, "unknown_passkey", actor, wrong_passkey());
  auto counted = ports_.verifier.verify(assertion, *found->passkey, challenge);
  if (!counted) {
    const auto why = counted.error().reason;
    return gate_.refused(user, why, actor, std::move(counted).error());
  }
  ZTIX_ASSIGN(const bool accepted, ports_.factors.factors.accept_count(user.id, found->id, *counted, actor));
  if (accepted) return AuthFactor::swk;
  return gate_.refused(user, "counter_went_back", actor, wrong_passkey());
}

Result<NewLogin> Passkeys::verify(const OwnSession& session, const PasskeyAssertion& assertion, const Actor& actor) {
  const auto& user = session.login.user;
  ZTIX_ASSIGN(const auto challenge, taken_challenge(session.login, ChallengePurpose::verification));
  ZTIX_ASSIGN(const auto factor,
              gate_.guarded(user, actor, [&] { return shown(user, assertion, challenge.bytes, actor); }));
  return ports_.factors.accounts.renew_session(session.token, session.login, factor, 0);
}

}  // namespace ztix::service
