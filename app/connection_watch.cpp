#include "app/connection_watch.h"

#include <sys/socket.h>
#include <unistd.h>

namespace ztix::app {
namespace {

constexpr std::chrono::milliseconds kLookEvery{250};

}  // namespace

ConnectionWatch::ConnectionWatch(std::chrono::steady_clock::duration longest_wait)
    : longest_wait_(longest_wait), thread_([this](const std::stop_token& stop) { run(stop); }) {}

ConnectionWatch::~ConnectionWatch() {
  thread_.request_stop();
  changed_.notify_all();
}

void ConnectionWatch::run(const std::stop_token& stop) {
  std::unique_lock hold(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait_for(hold, stop, kLookEvery, [] { return false; });
    end_overdue(std::chrono::steady_clock::now());
  }
}

void ConnectionWatch::end_overdue(std::chrono::steady_clock::time_point now) {
  for (const auto& entry : entries_) {
    if (!entry.answering && (closing_ || now - entry.waiting_since > longest_wait_))
      ::shutdown(entry.descriptor, SHUT_RDWR);
  }
}

void ConnectionWatch::close_waiting() {
  const std::lock_guard hold(mutex_);
  closing_ = true;
  end_overdue(std::chrono::steady_clock::now());
}

ConnectionWatch::Guard::Guard(ConnectionWatch& watch, int descriptor) : watch_(watch) {
  const std::lock_guard hold(watch_.mutex_);
  entry_ =
      watch_.entries_.insert(watch_.entries_.end(), Entry{::dup(descriptor), false, std::chrono::steady_clock::now()});
}

ConnectionWatch::Guard::~Guard() {
  const std::lock_guard hold(watch_.mutex_);
  ::close(entry_->descriptor);
  watch_.entries_.erase(entry_);
}

void ConnectionWatch::Guard::answering() {
  const std::lock_guard hold(watch_.mutex_);
  entry_->answering = true;
}

void ConnectionWatch::Guard::waiting() {
  const std::lock_guard hold(watch_.mutex_);
  entry_->answering = false;
  entry_->waiting_since = std::chrono::steady_clock::now();
}

}  // namespace ztix::app
