#pragma once

/// @file core/store/history.h
/// What the database forgets after a time. What was decided and done is never forgotten: requests, revisions and the
/// audit log stay (docs/decisions/0011-what-is-forgotten.md).

#include <chrono>
#include <map>
#include <string>

#include "core/store/database.h"

namespace ztix::store {

struct Retention {
  std::chrono::hours jobs{7 * 24};      ///< done or cancelled
  std::chrono::hours history{90 * 24};  ///< settled differences, forecasts, turns, dead mail
};

class PgHistory {
 public:
  PgHistory(Database& database, Retention retention) : database_(database), retention_(retention) {}

  /// Deletes at most `batch` rows of each kind, in a transaction each. What somebody else holds is left for the next
  /// time, so any number of workers may do this at once.
  /// @return how many, by what it was; kinds of which nothing was old are left out.
  Result<std::map<std::string, int>> purge(int batch = kBatch);

  static constexpr int kBatch = 1'000;

 private:
  Database& database_;
  Retention retention_;
};

}  // namespace ztix::store
