#include "worker/dispatcher.h"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>

#include "core/service/system.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_job_store.h"

using namespace ztix;
using service::JobOutcome;
using test::eventually;
using worker::Dispatcher;
using worker::JobHandler;
using worker::WakeSignal;

namespace {

/// A dispatcher on a thread of its own, stopped and drained at the end of the test.
class RunningDispatcher {
 public:
  RunningDispatcher(test::FakeJobStore& jobs, std::map<std::string, JobHandler> handlers, worker::LeaseTimes times = {},
                    std::set<std::string> begin_in_database = {})
      : dispatcher_(
            jobs, clock_, signal, metrics_, std::move(handlers),
            {"test", times, std::chrono::milliseconds(20), std::chrono::seconds(5), 4, std::move(begin_in_database)}),
        thread_([this](const std::stop_token& stop) { drained_ = dispatcher_.run(stop); }) {}

  void request_stop() { thread_.request_stop(); }
  bool is_draining() const { return dispatcher_.is_draining(); }

  bool stop() {
    request_stop();
    thread_.join();
    return drained_;
  }

  WakeSignal signal;

 private:
  service::SystemClock clock_;
  metrics::Registry metrics_;
  Dispatcher dispatcher_;
  std::atomic<bool> drained_ = false;
  std::jthread thread_;
};

domain::JobState state_of(test::FakeJobStore& jobs, std::int64_t id) {
  const auto all = jobs.jobs(std::nullopt, 100);
  for (const auto& job : *all) {
    if (job.id == id) return job.state;
  }
  throw std::logic_error("no such job");
}

service::NewJob job(const std::string& kind, const std::string& subject) {
  service::NewJob wanted;
  wanted.kind = kind;
  wanted.subject = subject;
  return wanted;
}

}  // namespace

TEST_CASE("Dispatcher runs a due job and finishes it") {
  test::FakeJobStore jobs;
  const auto id = jobs.enqueue(job("greet", "x:1"));
  RunningDispatcher running(jobs, {{"greet", [](const auto&, const auto&) { return JobOutcome{}; }}});
  CHECK(eventually([&] { return state_of(jobs, *id) == domain::JobState::done; }));
  CHECK(running.stop());
}

TEST_CASE("Dispatcher calls a job of an unknown kind dead and says why") {
  test::FakeJobStore jobs;
  const auto id = jobs.enqueue(job("riddle", "x:1"));
  RunningDispatcher running(jobs, {});
  CHECK(eventually([&] { return state_of(jobs, *id) == domain::JobState::dead; }));
  running.stop();
  CHECK(jobs.jobs(domain::JobState::dead, 1)->front().last_error.find("riddle") != std::string::npos);
}

TEST_CASE("Dispatcher survives an exception in a job and tries it again later") {
  test::FakeJobStore jobs;
  const auto id = jobs.enqueue(job("explode", "x:1"));
  RunningDispatcher running(
      jobs, {{"explode", [](const auto&, const auto&) -> JobOutcome { throw std::runtime_error("boom"); }}});
  CHECK(eventually([&] {
    const auto view = jobs.jobs(std::nullopt, 1)->front();
    return view.state == domain::JobState::ready && view.last_error.find("boom") != std::string::npos;
  }));
  running.stop();
  CHECK(state_of(jobs, *id) == domain::JobState::ready);
}

TEST_CASE("Dispatcher goes on when the database comes back") {
  test::FakeJobStore jobs;
  jobs.set_available(false);
  RunningDispatcher running(jobs, {{"greet", [](const auto&, const auto&) { return JobOutcome{}; }}});
  running.signal.wake();
  jobs.set_available(true);
  const auto id = jobs.enqueue(job("greet", "x:1"));
  CHECK(eventually([&] { return state_of(jobs, *id) == domain::JobState::done; }));
  CHECK(running.stop());
}

TEST_CASE("Dispatcher drains: a running job ends, a waiting one is left to others") {
  test::FakeJobStore jobs;
  const auto first = jobs.enqueue(job("slow", "x:1"));
  std::latch started(1);
  std::latch may_end(1);
  RunningDispatcher running(jobs, {{"slow", [&](const auto&, const auto&) {
                                      started.count_down();
                                      may_end.wait();
                                      return JobOutcome{};
                                    }}});
  started.wait();
  running.request_stop();
  REQUIRE(eventually([&] { return running.is_draining(); }));
  const auto second = jobs.enqueue(job("slow", "x:1"));
  may_end.count_down();
  CHECK(running.stop());
  CHECK(state_of(jobs, *first) == domain::JobState::done);
  CHECK(state_of(jobs, *second) == domain::JobState::ready);
}

TEST_CASE("A job begins only when its claim is confirmed, and one that begins in the database may begin before") {
  test::FakeJobStore jobs;
  REQUIRE(jobs.enqueue(job("outside", "x:1")));
  REQUIRE(jobs.enqueue(job("inside", "x:2")));
  jobs.refuse_heartbeats(true);
  std::atomic<bool> acted = false;
  std::atomic<bool> began = false;
  std::atomic<bool> might_act = true;
  const auto outside = [&](const auto&, const auto&) {
    acted = true;
    return JobOutcome{};
  };
  const auto inside = [&](const auto&, const service::StillMine& still_mine) {
    might_act = still_mine();
    began = true;
    return JobOutcome{};
  };
  RunningDispatcher running(jobs, {{"outside", outside}, {"inside", inside}}, {}, {"inside"});
  CHECK(eventually([&] { return began.load(); }));
  CHECK_FALSE(might_act);
  running.stop();
  CHECK_FALSE(acted);
}

TEST_CASE("A job may not act any more once its lease is not renewed in time") {
  test::FakeJobStore jobs;
  REQUIRE(jobs.enqueue(job("patient", "x:1")));
  std::atomic<bool> trusted_first = false;
  std::atomic<bool> lost_later = false;
  RunningDispatcher running(jobs,
                            {{"patient",
                              [&](const auto&, const service::StillMine& still_mine) {
                                trusted_first = still_mine();
                                jobs.set_available(false);  // no heartbeat gets through
                                lost_later = eventually([&] { return !still_mine(); });
                                jobs.set_available(true);
                                return JobOutcome{};
                              }}},
                            {std::chrono::milliseconds(150), std::chrono::milliseconds(30)});
  CHECK(eventually([&] { return lost_later.load(); }));
  CHECK(trusted_first);
  running.stop();
}
