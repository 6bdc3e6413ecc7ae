#include "core/store/silent_sessions.h"

#include <doctest/doctest.h>

#include "tests/support/eventually.h"
#include "tests/support/stopped_program.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace ztix::store;
using namespace std::chrono_literals;
using test::eventually;
using test::StoppedProgram;
using test::TestDatabase;

namespace {

constexpr const char* kTakeLock = "SELECT pg_advisory_xact_lock(7)";

/// A worker that looks for silent sessions, and others on the same database.
struct Watch {
  TestDatabase database;
  Database worker{named("ztix_worker", "ztix-worker")};

  [[nodiscard]] DatabaseSettings named(const std::string& role, const std::string& program) const {
    auto settings = database.settings(role);
    settings.application_name = program;
    return settings;
  }
  [[nodiscard]] std::vector<SilentSession> end(std::chrono::milliseconds silent_for) {
    return end_silent_sessions(worker, silent_for).value();
  }
  bool lock_is_free() { return database.sql("SELECT pg_try_advisory_xact_lock(7) AS free").one().get<bool>("free"); }
  bool waits_for_its_program(int pid) {
    return !database
                .sql(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Client' "
                    "AND now() - state_change > INTERVAL '200 milliseconds'",
                    {pid})
                .empty();
  }
};

}  // namespace

TEST_CASE("What a program held when it was stopped in the middle of something is free again") {
  Watch watch;
  for (const auto* role : {"ztix_worker", "ztix_app", "ztix_owner"}) {
    for (const auto stop : {StoppedProgram::while_sending, StoppedProgram::while_reading}) {
      CAPTURE(role);
      const auto stopped = stop(watch.named(role, "ztix-stopped"), kTakeLock);
      // Four times as long as the session's own time-out.
      REQUIRE(eventually([&] { return watch.waits_for_its_program(stopped.server_pid()); }));
      REQUIRE_FALSE(watch.lock_is_free());
      const auto ended = watch.end(100ms);
      REQUIRE(ended.size() == 1);
      CHECK(ended.front().pid == stopped.server_pid());
      CHECK(ended.front().application == "ztix-stopped");
      CHECK(eventually([&] { return watch.lock_is_free(); }));
    }
  }
}

TEST_CASE("A session is not ended before it was silent for so long") {
  Watch watch;
  const auto stopped = StoppedProgram::while_sending(watch.named("ztix_worker", "ztix-worker"), kTakeLock);
  CHECK(watch.end(1h).empty());
  CHECK_FALSE(watch.lock_is_free());
}

TEST_CASE("Sessions of other programs are nobody's business") {
  Watch watch;
  const auto person = StoppedProgram::while_sending(watch.named("ztix_owner", "psql"), kTakeLock);
  REQUIRE(eventually([&] { return watch.waits_for_its_program(person.server_pid()); }));
  CHECK(watch.end(100ms).empty());
  CHECK_FALSE(watch.lock_is_free());
}

TEST_CASE("Who listens and who thinks between two statements is not silent") {
  Watch watch;
  Connection listener(watch.named("ztix_worker", "ztix-worker listener"));
  listener.listen("job_ready");
  Connection thinking(watch.named("ztix_app", "ztix-app"));
  thinking.run_script("BEGIN", "test");
  CHECK(watch.end(0ms).empty());
  CHECK(listener.answers());
  CHECK(thinking.answers());
}

TEST_CASE("Only a worker may end silent sessions") {
  Watch watch;
  Database app(watch.named("ztix_app", "ztix-app"));
  CHECK_FALSE(end_silent_sessions(app, 1h));
}
