#include "core/service/guess_guard.h"

#include "core/log/log.h"

namespace ztix::service {
namespace {

std::int64_t whole_seconds(std::chrono::milliseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace

Error too_many_guesses(std::chrono::milliseconds retry_after) {
  const auto seconds = std::to_string(whole_seconds(retry_after));
  return fail(ErrorCode::rate_limited,
              "Too many attempts have failed. Try again in " + seconds + " s, or from where you usually log in.")
      .with_fact("retry_after_seconds", seconds);
}

Status GuessGuard::audit(const std::string& action, const Guess& guess, const Actor& from, const Whose& whose,
                         const std::string& fact, std::int64_t number) {
  const auto user = whose();
  AuditEntry entry;
  entry.actor = from;
  entry.action = action;
  entry.subject_kind = "user";
  entry.subject_id = user ? user->text() : "unknown";
  entry.facts = {
      {"kind", std::string(to_string(guess.kind))}, {"block", guess.address_block}, {fact, std::to_string(number)}};
  log::info(action, {{"kind", to_string(guess.kind)}, {"block", guess.address_block}, {fact, number}});
  return audit_.append(entry);
}

Result<GuessVerdict> GuessGuard::admit(const Guess& guess, const Actor& from, const Whose& whose) {
  ZTIX_ASSIGN(auto verdict, throttle_.begin(guess));
  if (!verdict.admitted) {
    if (verdict.first_refusal) {
      ZTIX_CHECK(audit("login.throttled", guess, from, whose, "seconds", whole_seconds(verdict.retry_after)));
    }
    return too_many_guesses(verdict.retry_after);
  }
  if (verdict.refused_before > 0) {
    ZTIX_CHECK(audit("guesses.refused", guess, from, whose, "refused", verdict.refused_before));
  }
  return verdict;
}

}  // namespace ztix::service
