#pragma once

/// @file core/store/database_failure.h
/// A statement that failed, as it travels inside core/store. Nothing above sees it: Database turns it into an Error.

#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/error.h"

namespace ztix::store {

/// What PostgreSQL (or libpq) said. `what()` never holds row values, SQL or a password.
class DbFailure : public std::runtime_error {
 public:
  /// @param sqlstate    five characters, PostgreSQL "Appendix A"; `08006` when the connection was lost.
  /// @param constraint  the violated constraint, or empty.
  /// @param query       name of the statement, or what was being done.
  /// @param text        the server's primary message; kept only where it cannot quote a value.
  DbFailure(std::string sqlstate, std::string constraint, const std::string& query, std::string_view text);

  [[nodiscard]] const std::string& sqlstate() const noexcept { return sqlstate_; }
  [[nodiscard]] const std::string& constraint() const noexcept { return constraint_; }
  /// Class 23 and this very constraint.
  [[nodiscard]] bool violates(std::string_view constraint) const noexcept;
  /// The connection is gone: 08xxx, or the server is going down (57P01–57P05).
  [[nodiscard]] bool lost_connection() const noexcept;
  /// Serialization failure or deadlock: the whole transaction may be repeated (40001, 40P01).
  [[nodiscard]] bool is_repeatable() const noexcept;
  /// A table, a column or a function is not there: the schema is older than this program, or nobody migrated (42P01,
  /// 42703, 42883).
  [[nodiscard]] bool misses_schema() const noexcept;

 private:
  std::string sqlstate_;
  std::string constraint_;
};

/// The failure for people and for the log. Codes: unavailable (connection, resources, standby), timeout (57014, lock
/// or idle time-out), conflict (unique, exclusion, foreign key), invalid_argument (data, check), else internal, with
/// reason `schema_missing` where a migration is the remedy.
[[nodiscard]] Error to_error(const DbFailure& failure);

}  // namespace ztix::store
