#pragma once

/// @file core/store/drift_store.h
/// Differences that were found, in PostgreSQL.

#include <cstdint>

#include "core/service/ports/actor.h"
#include "core/service/ports/drift_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Notes one difference; audited when it was not open before.
struct SeenDrift {
  std::int64_t id = 0;
  bool is_new = false;
};
/// @throws DbFailure
SeenDrift see_drift(Transaction& transaction, const service::Actor& actor, const std::string& target,
                    const service::Difference& difference);

class PgDriftStore final : public service::DriftStore {
 public:
  explicit PgDriftStore(Database& database) : database_(database) {}

  Result<std::vector<service::Difference>> record(const service::Job& job, const std::string& target,
                                                  const std::vector<service::Difference>& found,
                                                  const service::FollowUp& follow_up) override;
  Status repaired(const service::Job& job, const std::string& target, const service::Difference& difference,
                  const std::string& how) override;
  Result<std::vector<service::Drift>> drifts(bool only_open, int limit) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
