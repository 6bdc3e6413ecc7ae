// The small vocabulary types: Result, Error, SecretString, Uuid, Guarded, time, randomness.

#include <chrono>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/guarded.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/base/text.h"
#include "core/base/time.h"
#include "core/base/uuid.h"

using namespace ztix;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::invalid_argument, "odd");
  return number / 2;
}

Result<std::string> quarter_text(int number) {
  ZTIX_ASSIGN(const int once, half(number));
  ZTIX_ASSIGN(const int twice, half(once));
  return std::to_string(twice);
}

Status must_be_even(int number) {
  ZTIX_CHECK(half(number));
  return {};
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

}  // namespace

TEST_CASE("Result hands on values and errors") {
  CHECK(quarter_text(8).value() == "2");
  CHECK(quarter_text(6).error().message == "odd");
  CHECK(must_be_even(2).has_value());
  CHECK(must_be_even(3).error().code == ErrorCode::invalid_argument);
  CHECK(half(3).value_or(7) == 7);
  CHECK(*half(4) == 2);
  Result<std::unique_ptr<int>> owned = std::make_unique<int>(5);
  CHECK(*std::move(owned).value() == 5);
}

TEST_CASE("Reading the wrong side of a Result is a bug") {
  CHECK_THROWS_AS(static_cast<void>(half(3).value()), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(half(4).error()), std::logic_error);
  CHECK_THROWS_AS(must_be_even(3).value(), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(must_be_even(2).error()), std::logic_error);
}

TEST_CASE("Error keeps what is shown apart from what is logged") {
  const Error error = fail(ErrorCode::conflict, "shown")
                          .with_detail("logged")
                          .with_reason("node_id_in_use")
                          .with_fact("field", "node_id");
  CHECK(error.message == "shown");
  CHECK(error.detail == "logged");
  CHECK(error.reason == "node_id_in_use");
  CHECK(error.facts == std::vector<std::pair<std::string, std::string>>{{"field", "node_id"}});
}

TEST_CASE("Only failures that pass by themselves are transient") {
  for (const auto code : {ErrorCode::rate_limited, ErrorCode::unavailable, ErrorCode::timeout, ErrorCode::upstream}) {
    CHECK(is_transient(code));
  }
  for (const auto code : {ErrorCode::invalid_argument, ErrorCode::out_of_range, ErrorCode::unauthenticated,
                          ErrorCode::forbidden, ErrorCode::not_found, ErrorCode::conflict,
                          ErrorCode::refused_transition, ErrorCode::fenced, ErrorCode::internal}) {
    CHECK(!is_transient(code));
    CHECK(!to_string(code).empty());
  }
}

TEST_CASE("SecretString cannot be printed and compares by content") {
  static_assert(!Printable<SecretString>);
  static_assert(!std::is_convertible_v<SecretString, std::string>);
  const SecretString secret("hunter2");
  CHECK((secret == SecretString("hunter2")));
  CHECK(!(secret == SecretString("hunter3")));
  CHECK(!(secret == SecretString("hunter")));
  CHECK(SecretString().empty());
}

TEST_CASE("SecretString leaves nothing behind where it moved away from") {
  SecretString from(std::string(100, 's'));
  const SecretString to = std::move(from);
  CHECK(to.expose().size() == 100);
  CHECK(from.empty());  // NOLINT(bugprone-use-after-move): that is the claim
  SecretString assigned("old");
  assigned = to;
  CHECK((assigned == to));
}

TEST_CASE("constant_time_equal is equality") {
  CHECK(constant_time_equal("", ""));
  CHECK(constant_time_equal("abc", "abc"));
  CHECK(!constant_time_equal("abc", "abd"));
  CHECK(!constant_time_equal("abc", "abcd"));
  CHECK(!constant_time_equal(std::string("a\0b", 3), std::string("a\0c", 3)));
}

TEST_CASE("Uuid accepts the canonical form only") {
  CHECK(Uuid::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6")->text() == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  for (const std::string bad : {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
                                "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ",
                                "f81d4fae-7dec-11d0-a7650-0a0c91e6bf6"}) {
    CAPTURE(bad);
    CHECK(!Uuid::parse(bad));
  }
}

TEST_CASE("Uuid::from_random marks version 4 and variant") {
  CHECK(Uuid::from_random(std::string(16, '\xff')).text() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  CHECK(Uuid::from_random(std::string(16, '\0')).text() == "00000000-0000-4000-8000-000000000000");
  CHECK_THROWS_AS(static_cast<void>(Uuid::from_random("short")), std::logic_error);
  CHECK(Uuid::parse(Uuid::from_random(system_random_bytes(16)).text()).has_value());
}

TEST_CASE("system_random_bytes gives as many as asked and never the same") {
  CHECK(system_random_bytes(0).empty());
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(system_random_bytes(16));
  CHECK(seen.size() == 100);
  CHECK(system_random_bytes(100000).size() == 100000);
}

TEST_CASE("to_rfc3339 writes UTC with milliseconds") {
  using namespace std::chrono;
  CHECK(to_rfc3339(Timestamp{}) == "1970-01-01T00:00:00.000Z");
  CHECK(to_rfc3339(Timestamp{microseconds(1'795'233'906'789'999)}) == "2026-11-21T04:05:06.789Z");
  CHECK(to_rfc3339(Timestamp{microseconds(-1)}) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("Guarded lets one thread at a time at its value") {
  Guarded<int> counter(0);
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 10000; ++j) counter.with([](int& value) { ++value; });
      });
    }
  }
  CHECK(counter.with([](const int& value) { return value; }) == 40000);
}
