#pragma once

/// @file tests/faults/crew.h
/// Several workers that are started again when they die, as a supervisor would do it, and people who keep asking.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/faults/exchange.h"

namespace ztix::faults {

class Crew {
 public:
  Crew(Exchange& exchange, int size, Times times);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void kill(std::size_t index);
  void pause(std::size_t index);
  void resume(std::size_t index);
  /// This place's worker is ended and comes back with this environment.
  void equip(std::size_t index, Environment extra);
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

 private:
  struct Place {
    std::unique_ptr<WorkerProcess> worker;
    Environment extra;
  };
  void start(std::size_t index);
  void keep(const std::stop_token& stop);

  Exchange& exchange_;
  Times times_;
  std::mutex mutex_;
  int started_ = 0;
  std::vector<Place> places_;
  std::jthread keeper_;
};

/// People who ask to join and get approved, one request after the other each, as fast as the exchange lets them. A
/// refusal is tried again: what counts is what was granted.
class Applicants {
 public:
  Applicants(Exchange& exchange, int count);

  /// Requests of theirs that became active so far.
  [[nodiscard]] std::int64_t served() const noexcept { return served_; }
  /// They stop asking; what is approved already goes on.
  void send_home() { threads_.clear(); }

 private:
  void ask(const std::stop_token& stop);

  Exchange& exchange_;
  std::atomic<std::int64_t> served_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace ztix::faults
