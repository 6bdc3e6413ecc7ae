/// What takes rights away never stands in a queue: the worker's own dispatcher over a real database.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

#include "core/service/system.h"
#include "core/store/job_store.h"
#include "core/store/listener.h"
#include "tests/support/test_database.h"
#include "worker/dispatcher.h"
#include "worker/hints.h"

using namespace ztix;
using namespace std::chrono_literals;
using service::JobOutcome;
using test::TestDatabase;

namespace {

constexpr int kBulk = 10'000;

/// A worker's dispatcher with its hints, until the end of the test.
class RunningWorker {
 public:
  RunningWorker(TestDatabase& database, int threads, std::map<std::string, worker::JobHandler> handlers)
      : database_(settings_of(database, threads)),
        listener_(database.settings("ztix_worker"), "job_ready"),
        dispatcher_(jobs_, clock_, signal_, metrics_, std::move(handlers), {"w1", {}, 1s, 20s, threads}),
        hints_([this](const std::stop_token& stop) { worker::pass_hints_on(listener_, signal_, stop); }),
        loop_([this](const std::stop_token& stop) { dispatcher_.run(stop); }) {}

 private:
  /// As many connections as a worker of so many threads has.
  static store::DatabaseSettings settings_of(TestDatabase& database, int threads) {
    auto settings = database.settings("ztix_worker");
    settings.pool_size = static_cast<std::size_t>(threads) + 5;
    return settings;
  }

  store::Database database_;
  store::PgJobStore jobs_{database_};
  store::Listener listener_;
  service::SystemClock clock_;
  worker::WakeSignal signal_;
  metrics::Registry metrics_;
  worker::Dispatcher dispatcher_;
  std::jthread hints_;
  std::jthread loop_;
};

/// Ten thousand bulk jobs that are due, and the one urgent job that comes after them.
struct Queue {
  Queue() {
    database.sql(
        "INSERT INTO job (kind, subject, priority) SELECT 'mail.send', 'bulk:' || i, 2 FROM generate_series(1, "
        "$1::int) "
        "AS i",
        {kBulk});
    database.sql("ANALYZE job");
  }

  /// As an administrator's suspension does it. The count is taken after the commit: what starts later, starts after it.
  void order_urgent() {
    CHECK(jobs.enqueue({"member.provision", "membership:1", 0, service::kUrgent, 0ms, ""}));
    const std::lock_guard lock(mutex);
    started_at_commit = bulk_started.load();
    changed.notify_all();
  }
  JobOutcome run_urgent() {
    started_before_urgent = bulk_started.load();
    const std::lock_guard lock(mutex);
    urgent_ran = true;
    changed.notify_all();
    return {JobOutcome::Verdict::done, 0ms, ""};
  }
  /// Also for whoever ordered it, who may be slower to count than the worker is to run it.
  bool wait_for_urgent() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 60s, [this] { return urgent_ran && started_at_commit >= 0; });
  }

  TestDatabase database;
  store::Database app{database.settings("ztix_app")};
  store::PgJobStore jobs{app};
  std::atomic<int> bulk_started{0};
  std::atomic<int> started_at_commit{-1};
  std::atomic<int> started_before_urgent{-1};
  std::mutex mutex;
  std::condition_variable changed;
  bool urgent_ran = false;
};

}  // namespace

TEST_CASE("An urgent job overtakes ten thousand that wait: only what was claimed already starts before it") {
  for (const int threads : {1, 8}) {
    CAPTURE(threads);
    Queue queue;
    const RunningWorker worker(
        queue.database, threads,
        {{"mail.send",
          [&](const service::Job&, const service::StillMine&) -> JobOutcome {
            // In the middle of the queue, from within a run: the dispatcher is busy claiming at that moment.
            if (++queue.bulk_started == 200) queue.order_urgent();
            return {JobOutcome::Verdict::done, 0ms, ""};
          }},
         {"member.provision", [&](const service::Job&, const service::StillMine&) { return queue.run_urgent(); }}});
    REQUIRE(queue.wait_for_urgent());
    CHECK(queue.started_at_commit >= 200);
    CHECK(queue.started_before_urgent < kBulk);
    // One claim was perhaps on its way at the commit, and the urgent job's own claim takes others along behind it.
    CHECK(queue.started_before_urgent - queue.started_at_commit <= 2 * threads);
  }
}

TEST_CASE("An urgent job starts although every place but the one that is kept for it is taken for long") {
  Queue queue;
  constexpr int kThreads = 4;
  std::atomic<bool> may_end{false};
  {
    const RunningWorker worker(
        queue.database, kThreads,
        {{"mail.send",
          [&](const service::Job&, const service::StillMine&) -> JobOutcome {
            ++queue.bulk_started;
            queue.bulk_started.notify_all();
            may_end.wait(false);
            return {JobOutcome::Verdict::done, 0ms, ""};
          }},
         {"member.provision", [&](const service::Job&, const service::StillMine&) { return queue.run_urgent(); }}});
    for (int seen = queue.bulk_started; seen < kThreads - 1; seen = queue.bulk_started) queue.bulk_started.wait(seen);
    queue.order_urgent();
    CHECK(queue.wait_for_urgent());
    CHECK(queue.started_before_urgent == kThreads - 1);
    may_end = true;
    may_end.notify_all();
  }
}
