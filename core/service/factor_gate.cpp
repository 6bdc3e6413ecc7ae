#include "core/service/factor_gate.h"

#include <utility>

#include "core/log/log.h"
#include "core/service/factor_codes.h"

namespace ztix::service {
namespace {

Error enrolment_code_error(std::string_view reason, std::string message) {
  return fail(ErrorCode::forbidden, std::move(message)).with_reason(reason).with_fact("field", "enrolment_code");
}

}  // namespace

bool needs_enrolment_code(const Login& login) {
  return login.user.has_role(domain::Role::admin) && !login.user.has_second_factor && !login.second_factor_at;
}

RecoveryCodes make_recovery_codes(RandomSource& random) {
  RecoveryCodes made;
  for (int i = 0; i < kRecoveryCodes; ++i) {
    auto one = make_code(random);
    made.codes.push_back(std::move(one.code));
    made.digests.push_back(std::move(one.digest));
  }
  return made;
}

Error FactorGate::refused(const User& user, const std::string& why, const Actor& actor, Error error) {
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

Status FactorGate::check_enrolment_code(const Login& login, const std::optional<SecretString>& code,
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

Result<RecoveryCodes> FactorGate::first_recovery_codes(const User& user) {
  ZTIX_ASSIGN(const int left, ports_.factors.recovery_codes_left(user.id));
  return left == 0 ? make_recovery_codes(ports_.random) : RecoveryCodes{};
}

}  // namespace ztix::service
