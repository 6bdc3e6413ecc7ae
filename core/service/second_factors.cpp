#include "core/service/second_factors.h"

#include <algorithm>
#include <utility>

#include "core/base/base32.h"
#include "core/service/totp.h"

namespace ztix::service {
namespace {

constexpr std::size_t kTotpDigits = 6;

bool looks_like_totp(const std::string& code) {
  return code.size() == kTotpDigits &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Error wrong_code() {
  return fail(ErrorCode::forbidden, "This code is wrong, or was used already. Take the next one your app shows.")
      .with_reason("wrong_code")
      .with_fact("field", "code");
}

Error no_enrolment() {
  return fail(ErrorCode::not_found, "No second factor is being set up, or it took too long. Begin again.")
      .with_reason("no_enrolment");
}

}  // namespace

Result<SecretString> SecondFactors::secret_of(const Factor& factor) const {
  if (auto secret = box_.open(factor.sealed_secret, factor.user_id.text())) return std::move(*secret);
  return fail(ErrorCode::internal, "A second factor cannot be read. Ask an administrator of the exchange.")
      .with_detail("factor " + factor.id.text() + " does not open with this APP_SECRET_KEY");
}

Result<std::optional<Factor>> SecondFactors::begun(const User& user) {
  ZTIX_ASSIGN(auto all, ports_.factors.factors(user.id));
  const auto found = std::find_if(all.begin(), all.end(), [](const Factor& factor) { return !factor.confirmed; });
  if (found == all.end()) return std::optional<Factor>();
  return std::optional(std::move(*found));
}

Result<Enrolment> SecondFactors::enrolment_of(const Factor& factor, const std::string& username) {
  ZTIX_ASSIGN(const auto secret, secret_of(factor));
  ZTIX_ASSIGN(const auto exchange, ports_.accounts.installation());
  return Enrolment{factor, SecretString(to_base32(secret.expose())),
                   totp::otpauth_uri(secret, exchange.name, username)};
}

Result<FactorOverview> SecondFactors::overview(const User& user) {
  FactorOverview view;
  ZTIX_ASSIGN(auto all, ports_.factors.factors(user.id));
  for (auto& factor : all) {
    if (factor.confirmed) {
      view.factors.push_back(std::move(factor));
    } else {
      ZTIX_ASSIGN(view.enrolment, enrolment_of(factor, user.username));
    }
  }
  ZTIX_ASSIGN(view.recovery_codes_left, ports_.factors.recovery_codes_left(user.id));
  return view;
}

Result<Enrolment> SecondFactors::begin_totp(const Login& login, const std::string& label,
                                            const std::optional<SecretString>& enrolment_code, const Actor& actor) {
  ZTIX_ASSIGN(const auto name, checked_factor_label(label));
  ZTIX_CHECK(gate_.check_enrolment_code(login, enrolment_code, actor));
  const auto made = make_totp(box_, ports_.random, login.user.id, name);
  ZTIX_ASSIGN(const auto factor, ports_.factors.begin(made.factor, actor));
  return enrolment_of(factor, login.user.username);
}

Result<ConfirmedFactor> SecondFactors::confirm_totp(const OwnSession& session, const std::string& code,
                                                    const Actor& actor) {
  const auto& user = session.login.user;
  ZTIX_ASSIGN(const auto factor, begun(user));
  if (!factor) return no_enrolment();
  const auto matching = [&]() -> Result<std::int64_t> {
    ZTIX_ASSIGN(const auto secret, secret_of(*factor));
    const auto found = totp::matching_step(secret, normalised_code(code), ports_.clock.now());
    if (!found) return gate_.refused(user, "wrong_code", actor, wrong_code());
    return *found;
  };
  ZTIX_ASSIGN(const auto step, gate_.guarded(user, actor, matching));
  ZTIX_ASSIGN(auto recovery, gate_.first_recovery_codes(user));
  ZTIX_CHECK(ports_.factors.confirm(user.id, factor->id, step, recovery.digests, actor));
  ZTIX_ASSIGN(auto login, ports_.accounts.renew_session(session.token, session.login, AuthFactor::otp, 1));
  return ConfirmedFactor{std::move(recovery.codes), std::move(login)};
}

/// Which factor this code shows; each code does so once.
Result<AuthFactor> SecondFactors::shown_factor(const User& user, const std::string& code, const Actor& actor) {
  const auto typed = normalised_code(code);
  if (!looks_like_totp(typed)) {
    ZTIX_ASSIGN(const bool used, ports_.factors.use_recovery_code(user.id, digest_of_code(typed), actor));
    if (used) return AuthFactor::recovery;
    return gate_.refused(user, "wrong_recovery_code", actor, wrong_code());
  }
  ZTIX_ASSIGN(const auto all, ports_.factors.factors(user.id));
  for (const auto& factor : all) {
    if (!factor.confirmed || factor.kind != FactorKind::totp) continue;
    ZTIX_ASSIGN(const auto secret, secret_of(factor));
    const auto step = totp::matching_step(secret, typed, ports_.clock.now());
    if (!step) continue;
    ZTIX_ASSIGN(const bool accepted, ports_.factors.accept_step(user.id, factor.id, *step, actor));
    if (accepted) return AuthFactor::otp;
    return gate_.refused(user, "code_used_already", actor, wrong_code());
  }
  return gate_.refused(user, "wrong_code", actor, wrong_code());
}

Result<NewLogin> SecondFactors::verify(const OwnSession& session, const std::string& code, const Actor& actor) {
  const auto& user = session.login.user;
  ZTIX_ASSIGN(const auto shown, gate_.guarded(user, actor, [&] { return shown_factor(user, code, actor); }));
  return ports_.accounts.renew_session(session.token, session.login, shown, 0);
}

Result<std::vector<SecretString>> SecondFactors::new_recovery_codes(const Login& login, const Actor& actor) {
  if (!login.user.has_second_factor) {
    return fail(ErrorCode::conflict, "Recovery codes stand for a second factor; set one up first.")
        .with_reason("no_second_factor");
  }
  auto made = make_recovery_codes(ports_.random);
  ZTIX_CHECK(ports_.factors.replace_recovery_codes(login.user.id, made.digests, actor));
  return std::move(made.codes);
}

Result<NewLogin> SecondFactors::remove(const OwnSession& session, const Uuid& factor, const Actor& actor) {
  ZTIX_CHECK(ports_.factors.remove(session.login.user.id, factor, actor));
  return ports_.accounts.renew_session(session.token, session.login, std::nullopt, 1);
}

}  // namespace ztix::service
