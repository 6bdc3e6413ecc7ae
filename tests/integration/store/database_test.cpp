#include "core/store/database.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <latch>
#include <set>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using namespace std::chrono_literals;
using test::TestDatabase;
using test::TestServer;

namespace {

const Query kOne{"test_one", "SELECT 1 AS n"};
const Query kInsert{"test_insert", "INSERT INTO thing (id) VALUES ($1)"};
const Query kUpdate{"test_update", "UPDATE thing SET n = n + 1 WHERE id = $1"};
const Query kSleep{"test_sleep", "SELECT pg_sleep(5)"};
const Query kPid{"test_pid", "SELECT pg_backend_pid() AS pid"};
const Query kSetting{"test_setting", "SELECT current_setting($1) AS value"};

/// A database with one table.
struct Things {
  Things() {
    database.sql("CREATE TABLE thing (id int CONSTRAINT thing_id PRIMARY KEY CHECK (id > 0), n int DEFAULT 0)");
  }
  std::int64_t count() { return database.sql("SELECT count(*) AS n FROM thing").one().get<std::int64_t>("n"); }
  TestDatabase database{TestDatabase::Schema::empty};
};

Result<std::int64_t> one(Session& session) { return session.execute(kOne).one().get<std::int64_t>("n"); }

int pid_of(Session& session) { return session.execute(kPid).one().get<int>("pid"); }

/// The processes of three connections that were opened before anybody needed them.
std::set<int> warm_three(Database& database) {
  std::set<int> warmed;
  REQUIRE(database.warm_up(3, [&](Session& session) { warmed.insert(pid_of(session)); }));
  REQUIRE(warmed.size() == 3);
  return warmed;
}

Status insert(Session& session, int id) {
  session.execute(kInsert, {id});
  return {};
}

}  // namespace

TEST_CASE("Database commits a value, rolls back an Error and rolls back an exception") {
  Things things;
  Database database(things.database.settings());
  CHECK(database.transaction([](Transaction& tx) { return insert(tx, 1); }));
  const auto refused = database.transaction([](Transaction& tx) -> Status {
    ZTIX_CHECK(insert(tx, 2));
    return fail(ErrorCode::forbidden, "No.");
  });
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK_THROWS_AS((void)database.transaction([](Transaction& tx) -> Status {
    ZTIX_CHECK(insert(tx, 3));
    throw std::logic_error("bug");
  }),
                  std::logic_error);
  CHECK(things.count() == 1);
}

TEST_CASE("Database tells failures apart without showing a row's values") {
  Things things;
  auto settings = things.database.settings();
  settings.statement_timeout = 100ms;
  Database database(settings);
  REQUIRE(database.write([](Session& session) { return insert(session, 77); }));
  const auto twice = database.write([](Session& session) { return insert(session, 77); });
  CHECK(twice.error().code == ErrorCode::conflict);
  CHECK(twice.error().detail.find("23505") != std::string::npos);
  CHECK(twice.error().detail.find("thing_id") != std::string::npos);
  CHECK(twice.error().detail.find("77") == std::string::npos);
  CHECK(twice.error().message.find("thing") == std::string::npos);
  CHECK(database.write([](Session& s) { return insert(s, -1); }).error().code == ErrorCode::invalid_argument);
  const auto slow = database.read([](Session& s) -> Status {
    s.execute(kSleep);
    return {};
  });
  CHECK(slow.error().code == ErrorCode::timeout);
  CHECK(database.read(one).value() == 1);
}

TEST_CASE("Database keeps its connection after a failed transaction") {
  Things things;
  auto settings = things.database.settings();
  settings.pool_size = 1;
  Database database(settings);
  const auto pid = [](Session& s) -> Result<int> { return pid_of(s); };
  const auto before = database.read(pid).value();
  REQUIRE_FALSE(database.transaction([](Transaction& tx) { return insert(tx, -1); }));
  CHECK(database.read(pid).value() == before);
}

TEST_CASE("Database sets every session to UTC and its time-outs") {
  Things things;
  auto settings = things.database.settings();
  settings.lock_timeout = 1234ms;
  settings.application_name = "ztix-test";
  Database database(settings);
  const auto setting = [&](const char* name) {
    return database
        .read([&](Session& s) -> Result<std::string> {
          return s.execute(kSetting, {name}).one().get<std::string>("value");
        })
        .value();
  };
  CHECK(setting("TimeZone") == "UTC");
  CHECK(setting("lock_timeout") == "1234ms");
  CHECK(setting("statement_timeout") == "15s");
  CHECK(setting("idle_in_transaction_session_timeout") == "10s");
  CHECK(setting("application_name") == "ztix-test");
}

TEST_CASE("Database lets callers wait for a connection, but not for ever") {
  Things things;
  auto settings = things.database.settings();
  settings.pool_size = 1;
  settings.pool_wait = 50ms;
  Database database(settings);
  const auto outcome = database.transaction([&](Transaction&) -> Status {
    const auto second = database.read(one);
    CHECK(second.error().code == ErrorCode::unavailable);
    CHECK(second.error().reason == "pool_exhausted");
    return {};
  });
  CHECK(outcome);
  CHECK(database.read(one));
}

TEST_CASE("Database never opens more connections than its pool has") {
  Things things;
  auto settings = things.database.settings();
  settings.pool_size = 3;
  Database database(settings);
  std::atomic<int> succeeded{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 12; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          if (database.transaction([&](Transaction& tx) { return insert(tx, t * 100 + i + 1); })) ++succeeded;
        }
      });
    }
  }
  CHECK(succeeded == 240);
  CHECK(things.count() == 240);
  const auto sessions = things.database.sql(
      "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ztix' "
      "AND pid <> pg_backend_pid()");
  CHECK(sessions.one().get<std::int64_t>("n") <= 3);
}

TEST_CASE("Database opens connections before they are needed, lets each be used, and goes on with these") {
  Things things;
  Database database(things.database.settings());
  auto warmed = warm_three(database);
  CHECK(database.warm_up(3, [&](Session& session) { warmed.insert(pid_of(session)); }));
  CHECK(warmed.size() == 3);
  std::set<int> used;
  const auto use = [&](Session& session) -> Result<int> { return pid_of(session); };
  const auto first = database.read([&](Session& outer) -> Result<int> {
    used.insert(pid_of(outer));
    const auto second = database.read(use);
    REQUIRE(second);
    used.insert(*second);
    return 0;
  });
  REQUIRE(first);
  CHECK(used.size() == 2);
  CHECK(std::includes(warmed.begin(), warmed.end(), used.begin(), used.end()));
}

TEST_CASE("Database opens no connection for who comes while others are warmed up") {
  Things things;
  Database database(things.database.settings());
  const auto warmed = warm_three(database);
  int rehearsed = 0;
  CHECK(database.warm_up(3, [&](Session& session) {
    ++rehearsed;
    const auto other = database.read([&](Session& outer) -> Result<int> { return pid_of(outer); });
    REQUIRE(other);
    CHECK(*other != pid_of(session));
    CHECK(warmed.contains(*other));
  }));
  CHECK(rehearsed == 3);
}

TEST_CASE("Database goes on with its oldest connection when one that a crowd made necessary comes back last") {
  Things things;
  Database database(things.database.settings());
  std::latch is_held(1);
  std::latch is_crowded(1);
  std::latch is_back(1);
  int oldest = 0;
  int youngest = 0;
  std::jthread other([&] {
    static_cast<void>(database.read([&](Session& session) -> Result<int> {
      oldest = pid_of(session);
      is_held.count_down();
      is_crowded.wait();
      return 0;
    }));
    is_back.count_down();
  });
  is_held.wait();
  REQUIRE(database.read([&](Session& session) -> Result<int> {
    youngest = pid_of(session);
    is_crowded.count_down();
    is_back.wait();
    return 0;
  }));
  CHECK(youngest != oldest);
  CHECK(database.read([&](Session& session) -> Result<int> { return pid_of(session); }).value() == oldest);
}

TEST_CASE("Database says so when there is nothing to open connections to") {
  auto settings = TestDatabase(TestDatabase::Schema::empty).settings();
  settings.port = "1";
  Database database(settings);
  const auto warm = database.warm_up(3, [](Session&) { FAIL("there is no connection"); });
  REQUIRE_FALSE(warm);
  CHECK(warm.error().code == ErrorCode::unavailable);
}

TEST_CASE("Database repeats a transaction that lost against another one") {
  Things things;
  Database database(things.database.settings());
  REQUIRE(database.write([](Session& s) { return insert(s, 1); }));
  REQUIRE(database.write([](Session& s) { return insert(s, 2); }));
  std::latch both_hold_one(2);
  std::atomic<int> runs{0};
  const auto cross = [&](int first, int second) {
    bool waited = false;
    return database.transaction([&](Transaction& tx) -> Status {
      ++runs;
      tx.execute(kUpdate, {first});
      if (!std::exchange(waited, true)) both_hold_one.arrive_and_wait();
      tx.execute(kUpdate, {second});
      return {};
    });
  };
  Status other = fail(ErrorCode::internal, "did not run");
  {
    std::jthread thread([&] { other = cross(2, 1); });
    CHECK(cross(1, 2));
  }
  CHECK(other);
  CHECK(runs == 3);
  CHECK(things.database.sql("SELECT sum(n) AS n FROM thing").one().get<std::int64_t>("n") == 4);
}

TEST_CASE("Database gives up a transaction that always loses") {
  Things things;
  Database database(things.database.settings());
  int runs = 0;
  const auto result = database.transaction([&](Transaction&) -> Status {
    ++runs;
    throw DbFailure("40001", "", "test", "");
  });
  CHECK(result.error().code == ErrorCode::unavailable);
  CHECK(runs == Database::kAttempts);
}

TEST_CASE("Database replaces connections that died while idle, without telling anybody") {
  Things things;
  Database database(things.database.settings());
  REQUIRE(database.read(one));
  TestServer::instance().stop();
  TestServer::instance().start();
  CHECK(database.read(one));
  TestServer::instance().kill();
  TestServer::instance().start();
  CHECK(database.transaction([](Transaction& tx) { return insert(tx, 5); }));
  CHECK(things.count() == 1);
}

TEST_CASE("Database never repeats what may have happened already") {
  Things things;
  Database database(things.database.settings());
  int runs = 0;
  const auto die = [&](Session& session) -> Status {
    ++runs;
    ZTIX_CHECK(insert(session, runs));
    TestServer::instance().kill();
    TestServer::instance().start();
    session.execute(kOne);
    return {};
  };
  CHECK(database.write(die).error().code == ErrorCode::unavailable);
  CHECK(runs == 1);
  CHECK(database.transaction([&](Transaction& tx) { return die(tx); }).error().code == ErrorCode::unavailable);
  CHECK(runs == 2);
  CHECK(database.read(one));
}

TEST_CASE("Database says that a lost COMMIT has an unknown outcome") {
  Things things;
  Database database(things.database.settings());
  const auto result = database.transaction([](Transaction& tx) -> Status {
    ZTIX_CHECK(insert(tx, 1));
    TestServer::instance().kill();
    return {};
  });
  TestServer::instance().start();
  CHECK(result.error().code == ErrorCode::unavailable);
  CHECK(result.error().reason == "outcome_unknown");
}

TEST_CASE("Database is unavailable while the server is down and comes back by itself") {
  Things things;
  Database database(things.database.settings());
  REQUIRE(database.ping());
  TestServer::instance().kill();
  CHECK(database.read(one).error().code == ErrorCode::unavailable);
  CHECK(database.ping().error().code == ErrorCode::unavailable);
  CHECK(database.dedicated_connection().error().code == ErrorCode::unavailable);
  TestServer::instance().start();
  CHECK(database.ping());
  CHECK(database.read(one));
}

TEST_CASE("A password opens the door and shows up nowhere") {
  const std::string secret = "s3cret:p@ss/w?rd";
  Connection superuser(TestServer::instance().superuser());
  superuser.run_script("CREATE ROLE needs_password LOGIN PASSWORD 's3cret:p@ss/w?rd'", "test");
  const auto url = [&](const std::string& password) {
    return SecretString("postgresql://needs_password:" + password +
                        "@127.0.0.1:" + std::to_string(TestServer::instance().port()) + "/postgres");
  };
  Database right(DatabaseSettings::from_url(url("s3cret%3Ap%40ss%2Fw%3Frd")).value());
  CHECK(right.ping());
  std::ostringstream arguments;
  arguments << std::ifstream("/proc/self/cmdline").rdbuf() << std::ifstream("/proc/self/environ").rdbuf();
  CHECK(arguments.str().find("s3cret") == std::string::npos);
  Database wrong(DatabaseSettings::from_url(url("wr0ng")).value());
  const auto refused = wrong.ping();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("wr0ng") == std::string::npos);
  superuser.run_script("DROP ROLE needs_password", "test");
}
