#include "core/store/migrator.h"

#include <map>
#include <utility>

#include "core/base/text.h"
#include "core/store/database_failure.h"
#include "generated/migrations.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

/// Carries an ordinary Error out of the helpers below; never leaves this file.
struct Refusal {
  Error error;
};

[[noreturn]] void refuse(ErrorCode code, std::string_view reason, std::string message) {
  throw Refusal{fail(code, std::move(message)).with_reason(reason)};
}

void check_prerequisites(Connection& connection) {
  const auto row = connection.execute(queries::migration_prerequisites).one();
  const auto missing = row.get<std::vector<std::string>>("missing_roles");
  if (!missing.empty()) {
    refuse(ErrorCode::invalid_argument, "missing_roles",
           "The database roles " + join(missing, ", ") +
               " do not exist. Run deploy/roles.sql once as a superuser: psql -U postgres -f deploy/roles.sql");
  }
  if (const auto foreign = row.get<std::vector<std::string>>("foreign_roles"); !foreign.empty()) {
    refuse(ErrorCode::invalid_argument, "missing_grants",
           "ztix_owner is not a member of " + join(foreign, ", ") +
               ". Run deploy/roles.sql again as a superuser: psql -U postgres -f deploy/roles.sql");
  }
  if (const auto who = row.get<std::string>("who"); who != "ztix_owner") {
    refuse(ErrorCode::invalid_argument, "wrong_role",
           "Migrations run as ztix_owner, but DATABASE_URL logs in as " + who + ".");
  }
  if (!row.get<bool>("may_create")) {
    refuse(ErrorCode::invalid_argument, "no_privilege",
           "ztix_owner may not create tables here. Make it the owner: ALTER DATABASE … OWNER TO ztix_owner.");
  }
}

std::string checksum_of(Connection& connection, const Migration& migration) {
  return connection.execute(queries::migration_checksum, {migration.up, migration.down})
      .one()
      .get<std::string>("checksum");
}

/// Runs `work`, turning what it throws into an Error.
template <class F>
auto guarded(F&& work) -> Result<std::invoke_result_t<F>> {
  try {
    return work();
  } catch (const DbFailure& failure) {
    auto error = to_error(failure);
    if (error.code == ErrorCode::timeout) error.message = "Another migration is running, or a table stays locked.";
    if (error.code == ErrorCode::internal) error.message = "A migration failed and was rolled back.";
    return error;
  } catch (Refusal& refusal) {
    return std::move(refusal.error);
  }
}

}  // namespace

std::vector<Migration> built_in_migrations() {
  std::vector<Migration> all;
  for (const auto& row : embedded_migrations()) all.push_back({row.number, row.name, row.up, row.down});
  return all;
}

Migrator::Migrator(DatabaseSettings settings, std::vector<Migration> migrations)
    : settings_(std::move(settings)), migrations_(std::move(migrations)) {
  // A script may take long; what it must not do is wait long for a lock, with everybody queueing behind it.
  settings_.statement_timeout = std::chrono::milliseconds(0);
  settings_.idle_in_transaction_timeout = std::chrono::milliseconds(0);
}

std::map<int, Timestamp> Migrator::read_applied(Connection& connection) const {
  std::map<int, Timestamp> applied;
  for (const auto& row : connection.execute(queries::migration_list)) {
    const auto number = row.get<int>("number");
    if (number > static_cast<int>(migrations_.size())) {
      refuse(ErrorCode::conflict, "newer_schema",
             "The database has migration " + std::to_string(number) +
                 ", which this build does not know. Use a newer build.");
    }
    const auto& known = migrations_[static_cast<std::size_t>(number) - 1];
    if (checksum_of(connection, known) != row.get<std::string>("checksum")) {
      refuse(ErrorCode::conflict, "changed_migration",
             "Migration " + std::to_string(number) + " (" + known.name +
                 ") was changed after it was applied. Restore its text; changes go into a new migration.");
    }
    applied.emplace(number, row.get<Timestamp>("applied_at"));
  }
  return applied;
}

std::map<int, Timestamp> Migrator::begin(Connection& connection) const {
  check_prerequisites(connection);
  connection.execute(queries::migration_lock);
  connection.execute(queries::migration_table_create);
  connection.execute(queries::migration_table_grant);
  return read_applied(connection);
}

void Migrator::step(Connection& connection, const Migration& migration, bool up) {
  const auto what = "migration " + std::to_string(migration.number) + (up ? " up" : " down");
  connection.run_script("BEGIN", what.c_str());
  connection.run_script(up ? migration.up.c_str() : migration.down.c_str(), what.c_str());
  if (up) {
    connection.execute(queries::migration_record,
                       {migration.number, migration.name, checksum_of(connection, migration)});
  } else {
    connection.execute(queries::migration_forget, {migration.number});
  }
  connection.run_script("COMMIT", what.c_str());
}

Result<std::vector<int>> Migrator::up(std::optional<int> to) {
  return guarded([&] {
    Connection connection(settings_);
    const auto applied = begin(connection);
    std::vector<int> done;
    for (const auto& migration : migrations_) {
      if (to && migration.number > *to) break;
      if (applied.contains(migration.number)) continue;
      step(connection, migration, true);
      done.push_back(migration.number);
    }
    return done;
  });
}

Result<std::vector<int>> Migrator::down(int to) {
  return guarded([&] {
    Connection connection(settings_);
    const auto applied = begin(connection);
    std::vector<int> done;
    for (auto it = migrations_.rbegin(); it != migrations_.rend() && it->number > to; ++it) {
      if (!applied.contains(it->number)) continue;
      step(connection, *it, false);
      done.push_back(it->number);
    }
    return done;
  });
}

Result<std::vector<MigrationStatus>> Migrator::status() {
  return guarded([&] {
    Connection connection(settings_);
    const auto applied = begin(connection);
    std::vector<MigrationStatus> all;
    for (const auto& migration : migrations_) {
      const auto at = applied.find(migration.number);
      all.push_back({migration.number, migration.name, at == applied.end() ? std::nullopt : std::optional(at->second)});
    }
    return all;
  });
}

}  // namespace ztix::store
