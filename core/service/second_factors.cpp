#include "core/service/second_factors.h"

#include <algorithm>
#include <utility>

#include "core/base/base32.h"
#include "core/log/log.h"
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

Error enrolment_code_error(std::string_view reason, std::string message) {
  return fail(ErrorCode::forbidden, std::move(message)).with_reason(reason).with_fact("field", "enrolment_code");
}

std::pair<std::vector<SecretString>, std::vector<std::string>> make_recovery_codes(RandomSource& random) {
  std::pair<std::vector<SecretString>, std::vector<std::string>> made;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    auto one = make_code(random);
    made.first.push_back(std::move(one.code));
    made.second.push_back(std::move(one.digest));
  }
  return made;
}

}  // namespace

bool needs_enrolment_code(const Login& login) {
  return login.user.has_role(domain::Role::admin) && !login.user.has_second_factor && !login.second_factor_at;
}

Result<SecretString> SecondFactors::secret_of(const Factor& factor) const {
  if (auto secret = box_.open(factor.sealed_secret, factor.user_id.text())) return std::move(*secret);
  return fail(ErrorCode::internal, "A second factor cannot be read. Ask an administrator of the exchange.")
      .with_detail("factor " + factor.id.text() + " does not open with this APP_SECRET_KEY");
}

template <class Check>
auto SecondFactors::guarded(const User& user, const Actor& actor, Check&& check) -> decltype(check()) {
  const Guess guess{GuessKind::second_factor, user.id.text(), address_block(actor.remote_address)};
  ZTIX_ASSIGN(const auto verdict, ports_.guesses.admit(guess, actor, [&user] { return user.id; }));
  auto checked = check();
  if (checked) {
    ZTIX_CHECK(ports_.guesses.was_right(guess, verdict));
  } else if (checked.error().code != ErrorCode::forbidden) {
    ZTIX_CHECK(ports_.guesses.was_not_checked(guess, verdict));
  }
  return checked;
}

Error SecondFactors::refused(const User& user, const std::string& why, const Actor& actor, Error error) {
  AuditEntry entry;
  entry.actor = actor;
  entry.action = "factor.refused";
  entry.subject_kind = "user";
  entry.subject_id = user.id.text();
  entry.facts["why"] = why;
  log::info("factor.refused", {{"why", why}, {"remote_address", actor.remote_address}});
  if (auto written = ports_.audit.append(entry); !written) return std::move(written).error();
  return error;
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

Status SecondFactors::check_enrolment_code(const Login& login, const std::optional<SecretString>& code,
                                           const Actor& actor) {
  if (!needs_enrolment_code(login)) return {};
  if (!code || code->empty()) {
    return enrolment_code_error("enrolment_code_required",
                                "The first second factor of an administrator needs the one-time code that `ztix setup` "
                                "or `ztix user enrolment-code` printed.");
  }
  return guarded(login.user, actor, [&]() -> Status {
    ZTIX_ASSIGN(const bool good,
                ports_.factors.is_good_code(login.user.id, CodePurpose::enrolment, digest_of_code(code->expose())));
    if (good) return {};
    return refused(
        login.user, "wrong_enrolment_code", actor,
        enrolment_code_error("wrong_enrolment_code",
                             "This one-time code is wrong, used or too old. `ztix user enrolment-code` makes "
                             "a new one."));
  });
}

Result<Enrolment> SecondFactors::begin_totp(const Login& login, const std::string& label,
                                            const std::optional<SecretString>& enrolment_code, const Actor& actor) {
  ZTIX_ASSIGN(const auto name, checked_factor_label(label));
  ZTIX_CHECK(check_enrolment_code(login, enrolment_code, actor));
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
    if (!found) return refused(user, "wrong_code", actor, wrong_code());
    return *found;
  };
  ZTIX_ASSIGN(const auto step, guarded(user, actor, matching));
  ZTIX_ASSIGN(const int left, ports_.factors.recovery_codes_left(user.id));
  auto codes = left == 0 ? make_recovery_codes(ports_.random) : decltype(make_recovery_codes(ports_.random))();
  ZTIX_CHECK(ports_.factors.confirm(user.id, factor->id, step, codes.second, actor));
  ZTIX_ASSIGN(auto login, ports_.accounts.renew_session(session.token, session.login, AuthFactor::otp, 1));
  return ConfirmedFactor{std::move(codes.first), std::move(login)};
}

/// Which factor this code shows; each code does so once.
Result<AuthFactor> SecondFactors::shown_factor(const User& user, const std::string& code, const Actor& actor) {
  const auto typed = normalised_code(code);
  if (!looks_like_totp(typed)) {
    ZTIX_ASSIGN(const bool used, ports_.factors.use_recovery_code(user.id, digest_of_code(typed), actor));
    if (used) return AuthFactor::recovery;
    return refused(user, "wrong_recovery_code", actor, wrong_code());
  }
  ZTIX_ASSIGN(const auto all, ports_.factors.factors(user.id));
  for (const auto& factor : all) {
    if (!factor.confirmed) continue;
    ZTIX_ASSIGN(const auto secret, secret_of(factor));
    const auto step = totp::matching_step(secret, typed, ports_.clock.now());
    if (!step) continue;
    ZTIX_ASSIGN(const bool accepted, ports_.factors.accept_step(user.id, factor.id, *step, actor));
    if (accepted) return AuthFactor::otp;
    return refused(user, "code_used_already", actor, wrong_code());
  }
  return refused(user, "wrong_code", actor, wrong_code());
}

Result<NewLogin> SecondFactors::verify(const OwnSession& session, const std::string& code, const Actor& actor) {
  const auto& user = session.login.user;
  ZTIX_ASSIGN(const auto shown, guarded(user, actor, [&] { return shown_factor(user, code, actor); }));
  return ports_.accounts.renew_session(session.token, session.login, shown, 0);
}

Result<std::vector<SecretString>> SecondFactors::new_recovery_codes(const Login& login, const Actor& actor) {
  if (!login.user.has_second_factor) {
    return fail(ErrorCode::conflict, "Recovery codes stand for a second factor; set one up first.")
        .with_reason("no_second_factor");
  }
  auto codes = make_recovery_codes(ports_.random);
  ZTIX_CHECK(ports_.factors.replace_recovery_codes(login.user.id, codes.second, actor));
  return std::move(codes.first);
}

Result<NewLogin> SecondFactors::remove(const OwnSession& session, const Uuid& factor, const Actor& actor) {
  ZTIX_CHECK(ports_.factors.remove(session.login.user.id, factor, actor));
  return ports_.accounts.renew_session(session.token, session.login, std::nullopt, 1);
}

}  // namespace ztix::service
