#include "core/store/listener.h"

#include <thread>

#include <doctest/doctest.h>

#include "tests/support/test_database.h"

using namespace ztix;
using namespace std::chrono_literals;
using store::Listener;
using test::TestDatabase;
using test::TestServer;

namespace {

constexpr auto kLong = 10s;

/// The first hint after a connect only says "look yourself".
void expect_connected(Listener& listener) {
  const auto first = listener.wait(kLong);
  REQUIRE(first);
  CHECK(*first == 0);
}

}  // namespace

TEST_CASE("Listener hands out what is notified, in order") {
  TestDatabase database;
  Listener listener(database.settings("ztix_worker"), "job_ready");
  expect_connected(listener);
  CHECK_FALSE(listener.wait(1ms).value());
  database.sql("SELECT pg_notify('job_ready', '7'), pg_notify('elsewhere', '8')");
  database.sql("SELECT pg_notify('job_ready', '9'), pg_notify('job_ready', 'not a number')");
  CHECK(listener.wait(kLong).value() == 7);
  CHECK(listener.wait(kLong).value() == 9);
  CHECK(listener.wait(kLong).value() == 0);
  CHECK_FALSE(listener.wait(1ms).value());
}

TEST_CASE("Listener is woken while it waits") {
  TestDatabase database;
  Listener listener(database.settings("ztix_worker"), "job_ready");
  expect_connected(listener);
  std::jthread notifier([&] { database.sql("SELECT pg_notify('job_ready', '7')"); });
  CHECK(listener.wait(kLong).value() == 7);
}

TEST_CASE("Listener says when the database is gone and comes back by itself") {
  TestDatabase database;
  Listener listener(database.settings("ztix_worker"), "job_ready");
  expect_connected(listener);
  TestServer::instance().kill();
  for (int i = 0; i < 3; ++i) {
    const auto lost = listener.wait(50ms);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == ErrorCode::unavailable);
  }
  TestServer::instance().start();
  const auto deadline = std::chrono::steady_clock::now() + kLong;
  auto back = listener.wait(1s);
  while (!back && std::chrono::steady_clock::now() < deadline) back = listener.wait(1s);
  REQUIRE(back);
  CHECK(*back == 0);
  database.sql("SELECT pg_notify('job_ready', '11')");
  CHECK(listener.wait(kLong).value() == 11);
}

TEST_CASE("Listener that is to stop does not wait for a database that is gone") {
  TestDatabase database;
  Listener listener(database.settings("ztix_worker"), "job_ready");
  expect_connected(listener);
  TestServer::instance().kill();
  for (int i = 0; i < 3; ++i) REQUIRE_FALSE(listener.wait(kLong));
  std::stop_source stop;
  std::thread stopping([&stop] { stop.request_stop(); });
  const auto stopped = listener.wait(kLong, stop.get_token());
  stopping.join();
  TestServer::instance().start();
  REQUIRE(stopped);
  CHECK_FALSE(stopped->has_value());
}
