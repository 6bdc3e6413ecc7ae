/// The schema as a whole: what the migrations make, that they unmake it, and that names mean the same in SQL and C++.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "core/domain/drift.h"
#include "core/domain/freeze_scope.h"
#include "core/domain/request_state.h"
#include "core/domain/session_health.h"
#include "core/domain/states.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/factor_store.h"
#include "core/service/ports/token_store.h"
#include "core/store/database.h"
#include "core/store/migrator.h"
#include "generated/queries.h"
#include "tests/support/checkout.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using test::TestDatabase;
using test::TestServer;

namespace {

const std::string kDump = test::in_checkout("sql/schema.sql");

/// pg_dump's text without what differs between its patch releases.
std::string dump(const DatabaseSettings& settings) {
  const auto command = "/usr/lib/postgresql/15/bin/pg_dump --schema-only --no-owner --host=" + settings.host +
                       " --port=" + settings.port + " --username=" + settings.user + " " + settings.database;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe);
  std::string all;
  std::array<char, 4096> buffer{};
  while (const auto count = fread(buffer.data(), 1, buffer.size(), pipe.get())) all.append(buffer.data(), count);
  std::istringstream lines(all);
  std::string kept, line;
  while (std::getline(lines, line)) {
    const bool noise = line.empty() || line.starts_with("--") || line.starts_with("\\") || line.starts_with("SET ") ||
                       line.starts_with("SELECT pg_catalog.set_config");
    if (!noise) kept += line + "\n";
  }
  return kept;
}

std::string file_text(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

template <class Enum, std::size_t N>
std::set<std::string> spellings(const std::array<Enum, N>& all) {
  std::set<std::string> names;
  for (const auto value : all) names.emplace(to_string(value));
  return names;
}

/// The quoted words of a CHECK constraint.
std::set<std::string> words_of(TestDatabase& database, const std::string& constraint) {
  const auto row =
      database.sql("SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = $1", {constraint})
          .at_most_one();
  REQUIRE_MESSAGE(row, constraint);
  const auto text = row->get<std::string>("text");
  const std::regex quoted("'([a-z_0-9]+)'");
  std::set<std::string> words;
  for (std::sregex_iterator it(text.begin(), text.end(), quoted), end; it != end; ++it) words.insert((*it)[1]);
  return words;
}

}  // namespace

TEST_CASE("Migrations lead from nothing to the schema, back to nothing, and to the same schema again") {
  TestDatabase database(TestDatabase::Schema::empty);
  Migrator migrator(database.settings());
  REQUIRE(migrator.up(0));
  const auto empty = dump(database.settings());
  REQUIRE(migrator.up());
  const auto head = dump(database.settings());
  REQUIRE(migrator.down(0));
  CHECK(dump(database.settings()) == empty);
  REQUIRE(migrator.up());
  CHECK(dump(database.settings()) == head);
}

TEST_CASE("Each migration undoes exactly what it does") {
  TestDatabase database(TestDatabase::Schema::empty);
  Migrator migrator(database.settings());
  for (const auto& migration : built_in_migrations()) {
    REQUIRE(migrator.up(migration.number - 1));
    const auto before = dump(database.settings());
    REQUIRE(migrator.up(migration.number));
    REQUIRE(migrator.down(migration.number - 1));
    CAPTURE(migration.name);
    CHECK(dump(database.settings()) == before);
  }
}

TEST_CASE("sql/schema.sql is what the migrations make") {
  TestDatabase database;
  const auto now = dump(database.settings());
  if (std::getenv("ZTIX_UPDATE_SCHEMA") != nullptr) std::ofstream(kDump) << now;
  const bool same = file_text(kDump) == now;
  CHECK_MESSAGE(same,
                "the schema changed: run integration_store once with ZTIX_UPDATE_SCHEMA=1 and review the difference");
}

TEST_CASE("Every migration says which locks it takes") {
  for (const auto& migration : built_in_migrations()) {
    CAPTURE(migration.name);
    CHECK(migration.up.find("-- Locks:") != std::string::npos);
    CHECK(migration.down.find("-- Locks:") != std::string::npos);
  }
}

TEST_CASE("Every named query is understood by the server") {
  TestDatabase database;
  Connection connection(database.settings());
  REQUIRE(queries::all().size() > 30);
  for (const auto* query : queries::all()) {
    CAPTURE(query->name);
    try {
      connection.check(*query);
    } catch (const DbFailure& failure) {
      FAIL_CHECK(failure.what());
    }
  }
}

TEST_CASE("Enums are spelt alike in SQL and C++") {
  TestDatabase database;
  CHECK(words_of(database, "request_state_known") == spellings(domain::kRequestStates));
  CHECK(words_of(database, "job_state_known") == spellings(domain::kJobStates));
  CHECK(words_of(database, "route_server_state_known") == spellings(domain::kRouteServerStates));
  CHECK(words_of(database, "session_admin_state_state_known") == spellings(domain::kAdminStates));
  CHECK(words_of(database, "session_admin_state_family_known") == spellings(kAddressFamilies));
  CHECK(words_of(database, "drift_kind_known") == spellings(domain::kDriftKinds));
  CHECK(words_of(database, "freeze_scope_known") == spellings(domain::kFreezeScopes));
  CHECK(words_of(database, "session_status_health_known") == spellings(domain::kSessionHealths));
  CHECK(words_of(database, "user_factor_kind_known") == spellings(service::kFactorKinds));
  CHECK(words_of(database, "one_time_code_purpose_known") == spellings(service::kCodePurposes));
  CHECK(words_of(database, "membership_desired_known") == spellings(domain::kDesired));
  CHECK(words_of(database, "network_admission_known") == spellings(domain::kAdmissions));
  CHECK(words_of(database, "request_route_server_state_known") == spellings(domain::kDeliveryStates));
  CHECK(words_of(database, "user_role_role_known") == spellings(domain::kRoles));
  CHECK(words_of(database, "infrastructure_node_role_known") == spellings(domain::kInfrastructureRoles));
  CHECK(words_of(database, "api_token_scope_known") == spellings(service::kTokenScopes));
  CHECK(words_of(database, "audit_actor_kind_known") == spellings(service::kActorKinds));
}

TEST_CASE("Open states are the same in the slot's index and in the domain") {
  TestDatabase database;
  const auto text =
      database.sql("SELECT pg_get_indexdef('request_open_slot'::regclass) AS text").one().get<std::string>("text");
  for (const auto state : domain::kRequestStates) {
    const bool excluded = text.find("'" + std::string(to_string(state)) + "'") != std::string::npos;
    CAPTURE(to_string(state));
    CHECK(excluded != is_open(state));
  }
}

TEST_CASE("The audit log can be read and appended to, and nothing else, by whoever acts") {
  TestDatabase database;
  database.sql(
      "INSERT INTO audit (actor_kind, actor_name, action, subject_kind, subject_id) VALUES ('cli', 'root', 'a.b', 'x', "
      "'1')");
  for (const char* role : {"ztix_app", "ztix_worker"}) {
    CAPTURE(role);
    Connection connection(database.settings(role));
    connection.run_script(
        "INSERT INTO audit (actor_kind, actor_name, action, subject_kind, subject_id) VALUES ('cli', 'x', 'a.b', 'x', "
        "'1')",
        "insert");
    connection.run_script("SELECT * FROM audit", "select");
    for (const char* sql : {"UPDATE audit SET action = 'c.d'", "DELETE FROM audit", "TRUNCATE audit"}) {
      try {
        connection.run_script(sql, "forbidden");
        FAIL_CHECK(sql);
      } catch (const DbFailure& failure) {
        CHECK(failure.sqlstate() == "42501");
      }
    }
  }
  CHECK(database.sql("SELECT 1 FROM audit WHERE action = 'a.b'").size() == 3);
}

TEST_CASE("No program but the owner can change the schema or read a password it has no use for") {
  TestDatabase database;
  for (const auto& attempt :
       {std::pair("ztix_app", "CREATE TABLE mine (id int)"), std::pair("ztix_worker", "DROP TABLE request"),
        std::pair("ztix_worker", "SELECT secret FROM credential"), std::pair("ztix_app", "DELETE FROM request"),
        std::pair("ztix_worker", "INSERT INTO request (asn, network, ipv4, requested_by) VALUES (1, 1, true, NULL)")}) {
    CAPTURE(attempt.second);
    Connection connection(database.settings(attempt.first));
    try {
      connection.run_script(attempt.second, "forbidden");
      FAIL_CHECK("was allowed");
    } catch (const DbFailure& failure) {
      CHECK(failure.sqlstate() == "42501");
    }
  }
}
