#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/store/database.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using test::TestDatabase;

namespace {

const Query kInsert{"test_insert", "INSERT INTO thing (id) VALUES ($1)"};
const Query kCount{"test_count", "SELECT count(*) AS n FROM thing"};

/// A database with one table, one connection to it and one who listens.
struct Things {
  Things() : database(one_connection()), listener(settings()) {
    test_database.sql("CREATE TABLE thing (id int CONSTRAINT thing_id PRIMARY KEY CHECK (id > 0))");
    listener.listen("things");
  }
  [[nodiscard]] DatabaseSettings settings() const { return test_database.settings(); }
  [[nodiscard]] DatabaseSettings one_connection() const {
    auto settings = test_database.settings();
    settings.pool_size = 1;
    return settings;
  }
  std::int64_t count() { return test_database.sql(kCount.sql).one().get<std::int64_t>("n"); }
  std::multiset<std::string> heard() {
    listener.run_script("SELECT 1", "look");
    std::multiset<std::string> payloads;
    for (const auto& [channel, payload] : listener.take_notifications()) payloads.insert(payload);
    return payloads;
  }

  TestDatabase test_database{TestDatabase::Schema::empty};
  Database database;
  Connection listener;
};

}  // namespace

TEST_CASE("What a transaction defers is there for its next statement and after its COMMIT") {
  Things things;
  const auto seen = things.database.transaction([](Transaction& tx) -> Result<std::int64_t> {
    tx.defer(kInsert, {1});
    const auto count = tx.execute(kCount).one().get<std::int64_t>("n");
    tx.defer(kInsert, {2});
    return count;
  });
  CHECK(seen.value() == 1);
  CHECK(things.count() == 2);
}

TEST_CASE("What the server says against a deferred statement ends the transaction") {
  Things things;
  SUBCASE("at the COMMIT") {
    const auto refused = things.database.transaction([](Transaction& tx) -> Status {
      tx.execute(kInsert, {1});
      tx.defer(kInsert, {-1});
      return {};
    });
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().reason != "outcome_unknown");
  }
  SUBCASE("at the next statement, which is not run") {
    const auto refused = things.database.transaction([](Transaction& tx) -> Status {
      tx.defer(kInsert, {1});
      tx.defer(kInsert, {1});
      tx.execute(kInsert, {2});
      return {};
    });
    CHECK(refused.error().code == ErrorCode::conflict);
  }
  CHECK(things.count() == 0);
  const auto later = things.database.transaction([](Transaction& tx) -> Status {
    tx.execute(kInsert, {3});
    return {};
  });
  CHECK(later);
  CHECK(things.count() == 1);
}

TEST_CASE("A transaction that refuses takes back what it deferred") {
  Things things;
  const auto refused = things.database.transaction([](Transaction& tx) -> Status {
    tx.defer(kInsert, {1});
    return fail(ErrorCode::forbidden, "No.");
  });
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK(things.count() == 0);
  // Nor does it come with the next statement of that connection.
  CHECK(things.database
            .read([](Session& session) -> Result<std::int64_t> {
              return session.execute(kCount).one().get<std::int64_t>("n");
            })
            .value() == 0);
}

TEST_CASE("Who listens hears of a change once it is committed, once, and not of one that was taken back") {
  Things things;
  CHECK(things.database.transaction([&](Transaction& tx) -> Status {
    tx.execute(kInsert, {1});
    tx.notify_after_commit("things", "one");
    tx.notify_after_commit("things", "one");
    CHECK(things.heard().empty());
    return {};
  }));
  CHECK(things.heard() == std::multiset<std::string>{"one"});
  CHECK_FALSE(things.database.transaction([](Transaction& tx) -> Status {
    tx.execute(kInsert, {2});
    tx.notify_after_commit("things", "two");
    return fail(ErrorCode::forbidden, "No.");
  }));
  CHECK(things.database.write([](Session& session) -> Status {
    session.execute(kInsert, {3});
    session.notify_after_commit("things", "three");
    return {};
  }));
  CHECK(things.heard() == std::multiset<std::string>{"three"});
}
