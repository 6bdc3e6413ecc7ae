#include "core/service/member_revocation.h"

#include "core/base/crash_point.h"
#include "core/base/text.h"
#include "core/log/log.h"
#include "core/service/fabric_writing.h"
#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

using std::chrono::milliseconds;

/// More steps than there are, so that a run that gets nowhere ends.
constexpr int kMostSteps = 12;

std::optional<JobOutcome> snoozed(milliseconds delay, const std::string& why) { return job_snoozed(delay, why); }

}  // namespace

JobOutcome MemberRevocation::run(const Job& job, const StillMine& still_mine) {
  auto outcome = revoke(job, still_mine);
  if (outcome) return std::move(outcome).value();
  return job_failed(outcome.error(), job.attempt);
}

Result<JobOutcome> MemberRevocation::revoke(const Job& job, const StillMine& still_mine) {
  const auto id = parse_decimal<std::int64_t>(subject_name(job));
  if (!id) return fail(ErrorCode::invalid_argument, "member.revoke without a membership: " + job.subject);
  for (int steps = 0; steps < kMostSteps; ++steps) {
    ZTIX_ASSIGN(const auto subject, store_.subject(*id));
    if (subject.request_state != domain::RequestState::revoking) return job_done();
    if (!still_mine()) return lease_uncertain();
    ZTIX_ASSIGN(auto outcome, next_step(job, subject, still_mine));
    if (outcome) return std::move(*outcome);
  }
  return job_snoozed(settings_.recheck, "The departure makes no progress; looking again.");
}

MemberRevocation::Step MemberRevocation::next_step(const Job& job, const DepartureSubject& subject,
                                                   const StillMine& still_mine) {
  const bool urgent = subject.departure == Departure::urgent;
  if (!subject.cut_off_for) {
    if (urgent) return cut_off_everywhere(job, subject, still_mine);
    if (!subject.withdrawn_for) return wait_for_withdrawal(job, subject);
    if (*subject.withdrawn_for < settings_.leave_grace) {
      ZTIX_CHECK(jobs_.step(job, "R3 grace"));
      crash_point("leave-grace.before");
      return snoozed(settings_.leave_grace - *subject.withdrawn_for, "grace before the fabric is closed");
    }
    return deauthorize(job, subject, still_mine);
  }
  if (subject.rereads < static_cast<int>(settings_.rereads.size())) return read_again(job, subject, still_mine);
  return end(job, subject);
}

// The controller must be told by us, however long that takes; a person sees what it waits for.
MemberRevocation::Step MemberRevocation::record_or_wait(const Job& job, const DepartureSubject& subject,
                                                        const Status& at_controller, int rereads) {
  const auto membership = subject.member.membership_id;
  if (!at_controller) {
    const auto& error = at_controller.error();
    if (error.code == ErrorCode::fenced) return error;
    ZTIX_CHECK(notes_.note_waiting(job, membership, "fabric_not_ready", error.message));
    log::warn("member.not_deauthorised", {{"subject", job.subject}, {"error", error.message}});
    return snoozed(fabric_recheck(job.attempt), error.message);
  }
  crash_point("revoke-record.before");
  ZTIX_CHECK(store_.record_cut_off(job, membership, rereads));
  crash_point("revoke-record.after");
  ZTIX_CHECK(notes_.note_waiting(job, membership, "", ""));
  return std::optional<JobOutcome>();
}

MemberRevocation::Step MemberRevocation::cut_off_everywhere(const Job& job, const DepartureSubject& subject,
                                                            const StillMine& still_mine) {
  ZTIX_CHECK(jobs_.step(job, "R1 cut off"));
  crash_point("revoke-cutoff.before");
  const auto report = cut_off_.everywhere(job, subject.member, still_mine);
  crash_point("revoke-cutoff.after");
  return record_or_wait(job, subject, report.controller, 0);
}

MemberRevocation::Step MemberRevocation::wait_for_withdrawal(const Job& job, const DepartureSubject& subject) {
  ZTIX_CHECK(jobs_.step(job, "R2 withdraw"));
  const auto holders = cut_off_.reachable_holders(job, subject.member);
  if (!holders.empty()) return snoozed(settings_.recheck, holders.front() + " has not confirmed the withdrawal yet");
  crash_point("leave-withdraw.before");
  ZTIX_CHECK(store_.record_withdrawn(job, subject.member.membership_id));
  crash_point("leave-withdraw.after");
  return std::optional<JobOutcome>();
}

MemberRevocation::Step MemberRevocation::deauthorize(const Job& job, const DepartureSubject& subject,
                                                     const StillMine& still_mine) {
  ZTIX_CHECK(jobs_.step(job, "R4 deauthorise"));
  crash_point("leave-deauthorize.before");
  const auto done = cut_off_.at_controller(subject.member, still_mine);
  crash_point("leave-deauthorize.after");
  return record_or_wait(job, subject, done, 0);
}

MemberRevocation::Step MemberRevocation::read_again(const Job& job, const DepartureSubject& subject,
                                                    const StillMine& still_mine) {
  const auto due = settings_.rereads.at(static_cast<std::size_t>(subject.rereads));
  if (*subject.cut_off_for < due) return snoozed(due - *subject.cut_off_for, "the controller is asked again");
  ZTIX_CHECK(jobs_.step(job, "R5 read again"));
  crash_point("revoke-reread.before");
  const auto done = cut_off_.at_controller(subject.member, still_mine);
  crash_point("revoke-reread.after");
  return record_or_wait(job, subject, done, subject.rereads + 1);
}

MemberRevocation::Step MemberRevocation::end(const Job& job, const DepartureSubject& subject) {
  ZTIX_CHECK(jobs_.step(job, "R6 end"));
  const auto holders = cut_off_.reachable_holders(job, subject.member);
  if (!holders.empty()) return snoozed(settings_.recheck, holders.front() + " has not confirmed the withdrawal yet");
  crash_point("revoke-end.before");
  ZTIX_CHECK(store_.finish(job, subject.member.membership_id, settings_.cooling_off));
  crash_point("revoke-end.after");
  log::info("member.ended", {{"subject", job.subject}});
  return std::optional<JobOutcome>(job_done());
}

}  // namespace ztix::service
