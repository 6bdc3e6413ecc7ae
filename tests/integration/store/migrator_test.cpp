#include "core/store/migrator.h"

#include <doctest/doctest.h>

#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using test::TestDatabase;
using test::TestServer;

namespace {

/// What a migration says while a superuser has changed the roles of the cluster.
Result<std::vector<int>> up_while(const char* change, const char* change_back) {
  TestDatabase database(TestDatabase::Schema::empty);
  Connection superuser(TestServer::instance().superuser());
  superuser.run_script(change, "test");
  auto result = Migrator(database.settings()).up();
  superuser.run_script(change_back, "test");
  return result;
}

}  // namespace

TEST_CASE("Migrator applies everything once and undoes it in reverse") {
  TestDatabase database(TestDatabase::Schema::empty);
  Migrator migrator(database.settings());
  const auto all = built_in_migrations().size();
  const auto first = migrator.up();
  REQUIRE(first);
  CHECK(first->size() == all);
  CHECK(migrator.up()->empty());
  const auto undone = migrator.down(0);
  REQUIRE(undone);
  REQUIRE(undone->size() == all);
  CHECK(undone->back() == 1);
  CHECK(database.sql("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").size() == 1);
}

TEST_CASE("Migrator stops at the number it is given") {
  TestDatabase database(TestDatabase::Schema::empty);
  Migrator migrator(database.settings());
  CHECK(*migrator.up(2) == std::vector<int>{1, 2});
  const auto status = migrator.status();
  REQUIRE(status);
  CHECK((*status)[1].applied_at);
  CHECK_FALSE((*status)[2].applied_at);
}

TEST_CASE("Migrator refuses a script that was changed after it was applied") {
  TestDatabase database(TestDatabase::Schema::empty);
  std::vector<Migration> scripts{{1, "make_thing", "CREATE TABLE thing (id int)", "DROP TABLE thing"}};
  REQUIRE(Migrator(database.settings(), scripts).up());
  scripts[0].up += " -- later thought";
  const auto again = Migrator(database.settings(), scripts).up();
  REQUIRE_FALSE(again);
  CHECK(again.error().reason == "changed_migration");
}

TEST_CASE("Migrator refuses a database that is newer than the build") {
  TestDatabase database;
  const auto older = Migrator(database.settings(), {built_in_migrations().front()}).up();
  REQUIRE_FALSE(older);
  CHECK(older.error().reason == "newer_schema");
}

TEST_CASE("Migrator rolls a failing script back as a whole") {
  TestDatabase database(TestDatabase::Schema::empty);
  const auto result =
      Migrator(database.settings(), {{1, "fail_late", "CREATE TABLE thing (id int); SELECT 1/0", ""}}).up();
  REQUIRE_FALSE(result);
  CHECK(result.error().detail.find("migration 1 up") != std::string::npos);
  CHECK(database.sql("SELECT 1 FROM pg_tables WHERE tablename = 'thing'").empty());
  CHECK(database.sql("SELECT 1 FROM schema_migration").empty());
}

TEST_CASE("Migrator runs as the owner only") {
  TestDatabase database;
  const auto result = Migrator(database.settings("ztix_app")).up();
  REQUIRE_FALSE(result);
  CHECK(result.error().reason == "wrong_role");
}

TEST_CASE("Migrator names the remedy when a role is missing") {
  const auto result =
      up_while("ALTER ROLE ztix_worker RENAME TO hidden_role", "ALTER ROLE hidden_role RENAME TO ztix_worker");
  REQUIRE_FALSE(result);
  CHECK(result.error().reason == "missing_roles");
  CHECK(result.error().message.find("deploy/roles.sql") != std::string::npos);
}

TEST_CASE("Migrator names the remedy when the roles are those of an earlier release") {
  const auto result = up_while("REVOKE ztix_worker FROM ztix_owner", "GRANT ztix_worker TO ztix_owner");
  REQUIRE_FALSE(result);
  CHECK(result.error().reason == "missing_grants");
  CHECK(result.error().message.find("ztix_worker") != std::string::npos);
  CHECK(result.error().message.find("deploy/roles.sql") != std::string::npos);
}

TEST_CASE("Migrator says so when another one is at work") {
  TestDatabase database(TestDatabase::Schema::empty);
  database.sql("SELECT pg_advisory_lock(hashtextextended('ztix.migrations', 0))");
  auto settings = database.settings();
  settings.lock_timeout = std::chrono::milliseconds(50);
  const auto result = Migrator(settings).up();
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::timeout);
}
