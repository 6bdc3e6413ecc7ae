#pragma once

/// @file worker/executor.h
/// The one pool of threads on which jobs run.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace ztix::worker {

/// Nothing queues here: the dispatcher claims only as many jobs as there are free places, since a claimed job that
/// waits for a thread would burn its lease.
class Executor {
 public:
  /// @param on_free_place  called by the thread whose work has ended, after its place is free.
  explicit Executor(
      int threads, std::function<void()> on_free_place = [] {});
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  void submit(std::function<void()> work);
  [[nodiscard]] int free_places() const;
  /// Waits until nothing runs; false when `timeout` passed first.
  bool wait_until_idle(std::chrono::milliseconds timeout);

 private:
  void run(const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any submitted_;
  std::condition_variable ended_;
  std::deque<std::function<void()>> waiting_;
  int busy_ = 0;
  int threads_count_;
  std::function<void()> on_free_place_;
  std::vector<std::jthread> threads_;
};

}  // namespace ztix::worker
