#pragma once

/// @file app/connection_watch.h
/// Ends connections whose request does not arrive in time.

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace ztix::app {

/// Knows every open connection and since when it has been waiting for its client.
class ConnectionWatch {
 public:
  explicit ConnectionWatch(std::chrono::steady_clock::duration longest_wait);
  ConnectionWatch(const ConnectionWatch&) = delete;
  ConnectionWatch& operator=(const ConnectionWatch&) = delete;
  ~ConnectionWatch();

  struct Entry {
    /// A descriptor of our own for the same socket: the connection's may be closed, and its number given to another
    /// connection, at any moment.
    int descriptor = -1;
    bool answering = false;
    std::chrono::steady_clock::time_point waiting_since{};
  };

  /// Lives as long as the connection, on the connection's thread.
  class Guard {
   public:
    Guard(ConnectionWatch& watch, int descriptor);
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    ~Guard();

    /// The request is complete; from now on it is our own time that passes.
    void answering();
    /// The answer is out; the client's time begins.
    void waiting();

   private:
    ConnectionWatch& watch_;
    std::list<Entry>::iterator entry_;
  };

  /// Ends all connections that are waiting, and every one as soon as it waits.
  void close_waiting();

 private:
  void run(const std::stop_token& stop);
  void end_overdue(std::chrono::steady_clock::time_point now);

  std::chrono::steady_clock::duration longest_wait_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::list<Entry> entries_;
  bool closing_ = false;
  std::jthread thread_;
};

}  // namespace ztix::app
