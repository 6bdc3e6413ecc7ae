#pragma once

/// @file core/store/migrator.h
/// Brings the schema to a version: the numbered scripts of sql/migrations, embedded by the build.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/connection.h"
#include "core/store/database_settings.h"

namespace ztix::store {

struct Migration {
  int number = 0;
  std::string name;
  std::string up;
  std::string down;
};

/// All of this build, ascending from 1 without gaps.
[[nodiscard]] std::vector<Migration> built_in_migrations();

struct MigrationStatus {
  int number = 0;
  std::string name;
  std::optional<Timestamp> applied_at;
};

/// Each step is one transaction; an advisory lock keeps a second migrator out. Nothing is done when a script that was
/// applied has another checksum now, or when the database is newer than this build.
///
/// Errors: invalid_argument with reason `missing_roles` or `missing_grants` (remedy: deploy/roles.sql as superuser),
/// `wrong_role` (only ztix_owner migrates, since who creates a table owns it), `no_privilege`; conflict with reason
/// `changed_migration` or `newer_schema`; timeout when another migrator is at work or a table stays locked;
/// unavailable.
class Migrator {
 public:
  explicit Migrator(DatabaseSettings settings, std::vector<Migration> migrations = built_in_migrations());

  /// @param to  the last number to apply; default: all. @return the numbers that were applied.
  Result<std::vector<int>> up(std::optional<int> to = std::nullopt);
  /// Undoes all above `to` (0 = everything: all data is gone). @return the numbers that were undone.
  Result<std::vector<int>> down(int to);
  Result<std::vector<MigrationStatus>> status();

 private:
  /// Checks the prerequisites, takes the lock for the rest of the session and tells when each migration was applied.
  [[nodiscard]] std::map<int, Timestamp> begin(Connection& connection) const;
  [[nodiscard]] std::map<int, Timestamp> read_applied(Connection& connection) const;
  void step(Connection& connection, const Migration& migration, bool up);

  DatabaseSettings settings_;
  std::vector<Migration> migrations_;
};

}  // namespace ztix::store
