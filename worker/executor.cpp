#include "worker/executor.h"

namespace ztix::worker {

Executor::Executor(int threads) : threads_count_(threads) {
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
  changed_.notify_all();  // wait_until_idle waits on the same condition
}

int Executor::free_places() const {
  const std::lock_guard hold(mutex_);
  return threads_count_ - busy_ - static_cast<int>(waiting_.size());
}

bool Executor::wait_until_idle(std::chrono::milliseconds timeout) {
  std::unique_lock hold(mutex_);
  return changed_.wait_for(hold, timeout, [this] { return busy_ == 0 && waiting_.empty(); });
}

void Executor::run(const std::stop_token& stop) {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock hold(mutex_);
      if (!changed_.wait(hold, stop, [this] { return !waiting_.empty(); })) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
      ++busy_;
    }
    work();
    {
      const std::lock_guard hold(mutex_);
      --busy_;
    }
    changed_.notify_all();
  }
}

}  // namespace ztix::worker
