#include "worker/executor.h"

#include <utility>

namespace ztix::worker {

Executor::Executor(int threads, std::function<void()> on_free_place)
    : threads_count_(threads), on_free_place_(std::move(on_free_place)) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

Executor::~Executor() {
  for (auto& thread : threads_) thread.request_stop();
}

void Executor::submit(std::function<void()> work) {
  {
    const std::lock_guard hold(mutex_);
    waiting_.push_back(std::move(work));
  }
  submitted_.notify_one();
}

int Executor::free_places() const {
  const std::lock_guard hold(mutex_);
  return threads_count_ - busy_ - static_cast<int>(waiting_.size());
}

bool Executor::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock hold(mutex_);
  return ended_.wait_for(hold, timeout, [this] { return busy_ == 0 && waiting_.empty(); });
}

void Executor::run(const std::stop_token& stop) {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock hold(mutex_);
      if (!submitted_.wait(hold, stop, [this] { return !waiting_.empty(); })) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
      ++busy_;
    }
    work();
    {
      const std::lock_guard hold(mutex_);
      --busy_;
    }
    ended_.notify_all();
    on_free_place_();
  }
}

}  // namespace ztix::worker
