#include "worker/executor.h"

#include <atomic>
#include <latch>

#include <doctest/doctest.h>

using ztix::worker::Executor;

TEST_CASE("Executor runs as many jobs at once as it has threads") {
  Executor executor(3);
  std::latch all_running(3);
  std::atomic<int> done = 0;
  for (int i = 0; i < 3; ++i) {
    executor.submit([&] {
      all_running.arrive_and_wait();  // returns only when all three run at the same time
      ++done;
    });
  }
  CHECK(executor.wait_until_idle(std::chrono::seconds(10)));
  CHECK(done == 3);
}

TEST_CASE("Executor counts free places down while jobs run and up when they end") {
  Executor executor(2);
  CHECK(executor.free_places() == 2);
  std::latch started(1);
  std::latch may_end(1);
  executor.submit([&] {
    started.count_down();
    may_end.wait();
  });
  started.wait();
  CHECK(executor.free_places() == 1);
  CHECK_FALSE(executor.wait_until_idle(std::chrono::milliseconds(1)));
  may_end.count_down();
  CHECK(executor.wait_until_idle(std::chrono::seconds(10)));
  CHECK(executor.free_places() == 2);
}
