#pragma once

/// @file core/service/ports/drift_store.h
/// Differences between what the exchange has put somewhere and what is there.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/drift.h"
#include "core/service/ports/job_store.h"

namespace ztix::service {

/// One difference, as one look has found it. Two looks that find the same difference find the same text: no times and
/// no counters belong in it.
struct Difference {
  domain::DriftKind kind = domain::DriftKind::running_differs;
  std::string subject;  ///< session, file or node id; empty when the target itself is meant
  /// Lines `- what is wanted` and `+ what is there`, for people.
  std::string diff;
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// A difference on record.
struct Drift {
  std::int64_t id = 0;
  std::string target;  ///< `route_server:rs1` or `network:<zt network id>`
  Difference difference;
  Timestamp first_seen{};
  Timestamp last_seen{};
  std::optional<Timestamp> resolved_at;
  std::string resolution;  ///< `gone` or what a repair did; empty while it is open
};

/// What shall be done about differences that were not known before.
using FollowUp = std::function<std::optional<NewJob>(const std::vector<Difference>& fresh)>;

class DriftStore {
 public:
  virtual ~DriftStore() = default;

  /// What one look at a target has found, all of it. What was not open before is audited (`drift.found`, once for each
  /// difference, however often it is seen); what is open and was not found again ends as `gone`.
  /// @param follow_up  asked with what is new; its job is enqueued in the same transaction, so that a repair that is
  ///                   asked for once for each difference is not lost with a worker. May be empty.
  /// @return the differences that were not open before.
  virtual Result<std::vector<Difference>> record(const Job& job, const std::string& target,
                                                 const std::vector<Difference>& found, const FollowUp& follow_up) = 0;
  /// A repair has taken it away; audited (`drift.repaired`). A no-op when it is not open.
  virtual Status repaired(const Job& job, const std::string& target, const Difference& difference,
                          const std::string& how) = 0;
  /// Newest first.
  virtual Result<std::vector<Drift>> drifts(bool only_open, int limit) = 0;
};

}  // namespace ztix::service
