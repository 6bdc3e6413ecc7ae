#pragma once

/// @file core/service/member_revocation.h
/// `member.revoke`: ends one membership, so that nothing of it is left and nothing of it comes back by itself.

#include <array>
#include <chrono>
#include <optional>

#include "core/service/member_cut_off.h"
#include "core/service/ports/departure_store.h"

namespace ztix::service {

struct RevocationSettings {
  /// Orderly: between the last route server's confirm and the end of the authorisation, so that nobody's routes still
  /// point there.
  std::chrono::milliseconds leave_grace{std::chrono::minutes(60)};
  /// How long an IPv4 address is given to nobody.
  std::chrono::hours cooling_off{180 * 24};
  /// After the first read-back the controller is asked again so much later: concurrent writers lose updates there.
  std::array<std::chrono::milliseconds, 3> rereads{std::chrono::seconds(1), std::chrono::seconds(5),
                                                   std::chrono::seconds(30)};
  /// Between two looks at route servers that have not confirmed; a confirm makes the job due at once.
  std::chrono::milliseconds recheck{2'000};
};

/// The revision without the member exists before this runs. Urgent: cut off everywhere → read again, three times →
/// confirmed by all that answer → ended. Orderly: confirmed by all that answer → grace → deauthorised → read again →
/// ended. A route server that does not answer is written down as owing.
class MemberRevocation {
 public:
  MemberRevocation(DepartureStore& store, ProvisionStore& notes, JobStore& jobs, MemberCutOff& cut_off,
                   RevocationSettings settings)
      : store_(store), notes_(notes), jobs_(jobs), cut_off_(cut_off), settings_(settings) {}

  /// @param job  subject `membership:<id>`.
  JobOutcome run(const Job& job, const StillMine& still_mine);

 private:
  /// nullopt: this step is behind us, look again.
  using Step = Result<std::optional<JobOutcome>>;

  Result<JobOutcome> revoke(const Job& job, const StillMine& still_mine);
  Step next_step(const Job& job, const DepartureSubject& subject, const StillMine& still_mine);
  Step cut_off_everywhere(const Job& job, const DepartureSubject& subject, const StillMine& still_mine);
  Step wait_for_withdrawal(const Job& job, const DepartureSubject& subject);
  Step deauthorize(const Job& job, const DepartureSubject& subject, const StillMine& still_mine);
  Step read_again(const Job& job, const DepartureSubject& subject, const StillMine& still_mine);
  Step end(const Job& job, const DepartureSubject& subject);
  Step record_or_wait(const Job& job, const DepartureSubject& subject, const Status& at_controller, int rereads);

  DepartureStore& store_;
  ProvisionStore& notes_;
  JobStore& jobs_;
  MemberCutOff& cut_off_;
  RevocationSettings settings_;
};

}  // namespace ztix::service
