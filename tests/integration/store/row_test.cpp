#include "core/store/row.h"

#include <doctest/doctest.h>

#include "core/store/database_failure.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using test::TestDatabase;

namespace {

TestDatabase& database() {
  static TestDatabase instance(TestDatabase::Schema::empty);
  return instance;
}

Row row_of(const std::string& sql, const std::vector<Param>& params = {}) { return database().sql(sql, params).one(); }

}  // namespace

TEST_CASE("Param and Row carry every type to the server and back unchanged") {
  const auto id = Uuid::parse("11111111-2222-4333-8444-555555555555").value();
  const Timestamp at{std::chrono::microseconds(1795233906123456)};
  const std::string text = "a \"b\" \\ 'c' \xC3\xBC {,} NULL";
  const std::vector<std::string> texts{"", "NULL", "{x}", text, "with,comma"};
  const auto row = row_of(
      "SELECT $1::bool AS b, $2::bigint AS i, $3::text AS t, $4::uuid AS u, $5::timestamptz AS at, $6::inet AS ip, "
      "$7::cidr AS p, $8::text[] AS ts, $9::bigint[] AS ns",
      {true, INT64_MIN, text, id, at, IpAddress::parse("2001:db8::1").value(), Prefix::parse("192.0.2.0/24").value(),
       texts, std::vector<std::int64_t>{1, -2}});
  CHECK(row.get<bool>("b"));
  CHECK(row.get<std::int64_t>("i") == INT64_MIN);
  CHECK(row.get<std::string>("t") == text);
  CHECK(row.get<Uuid>("u") == id);
  CHECK(row.get<Timestamp>("at") == at);
  CHECK(row.get<IpAddress>("ip").text() == "2001:db8::1");
  CHECK(row.get<Prefix>("p").text() == "192.0.2.0/24");
  CHECK(row.get<std::vector<std::string>>("ts") == texts);
  CHECK(row.get<std::vector<std::int64_t>>("ns") == std::vector<std::int64_t>{1, -2});
}

TEST_CASE("Row keeps microseconds before 1970 and after 2038, whatever zone the server prefers") {
  for (const auto micros : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{4102444799999999}, std::int64_t{1000000}}) {
    const Timestamp at{std::chrono::microseconds(micros)};
    CHECK(row_of("SELECT $1::timestamptz AS at", {at}).get<Timestamp>("at") == at);
  }
}

TEST_CASE("Row reads NULL only as an optional") {
  const auto row = row_of("SELECT NULL::bigint AS n, NULL::text AS t, $1::text AS p", {std::nullopt});
  CHECK_FALSE(row.get<std::optional<std::int64_t>>("n"));
  CHECK_FALSE(row.get<std::optional<std::string>>("t"));
  CHECK(row.is_null("p"));
  CHECK_THROWS_AS((void)row.get<std::int64_t>("n"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::string>("t"), std::logic_error);
}

TEST_CASE("Row refuses another type, an overflow and an unknown column") {
  const auto row = row_of(
      "SELECT 'abc'::text AS t, '7'::text AS digits, 5000000000::bigint AS big, -1::int AS neg, 1.5::numeric AS n, "
      "'infinity'::timestamptz AS at, '{1,NULL}'::bigint[] AS holes, '{{1},{2}}'::bigint[] AS deep, 0::bigint AS zero");
  CHECK_THROWS_AS((void)row.get<std::int64_t>("t"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::int64_t>("digits"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<int>("big"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<unsigned>("neg"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::int64_t>("n"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<bool>("t"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<Timestamp>("at"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<Uuid>("t"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<IpAddress>("t"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<domain::Asn>("zero"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::vector<std::int64_t>>("holes"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::vector<std::int64_t>>("deep"), std::logic_error);
  CHECK_THROWS_AS((void)row.get<std::string>("nowhere"), std::logic_error);
  CHECK_THROWS_AS((void)row.get_enum(domain::kRoles, "t"), std::logic_error);
}

TEST_CASE("Rows counts before it hands out a single row") {
  const auto two = database().sql("SELECT generate_series(1, 2) AS n");
  CHECK(two.size() == 2);
  CHECK(two.affected() == 2);
  CHECK_THROWS_AS((void)two.one(), std::logic_error);
  CHECK_THROWS_AS((void)two.at_most_one(), std::logic_error);
  CHECK_FALSE(database().sql("SELECT 1 WHERE false").at_most_one());
}

TEST_CASE("A NUL character is refused instead of cutting the value off") {
  try {
    (void)row_of("SELECT $1::text AS t", {std::string("a\0b", 3)});
    FAIL("was accepted");
  } catch (const DbFailure& failure) {
    CHECK(failure.sqlstate() == "22021");
    CHECK(to_error(failure).code == ErrorCode::invalid_argument);
  }
}
