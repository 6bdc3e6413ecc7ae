#include "core/base/grouped.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace ztix::test {
namespace {

using Numbers = Grouped<int, std::string>;

/// Answers are made when the test lets them.
class Gate {
 public:
  std::vector<std::string> answer(const std::vector<int>& questions) {
    {
      std::unique_lock lock(mutex_);
      groups.push_back(questions);
      changed_.notify_all();
      changed_.wait(lock, [&] { return allowed_ >= groups.size(); });
    }
    std::vector<std::string> answers;
    for (const int question : questions) answers.push_back(std::to_string(question));
    return answers;
  }
  void await(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return groups.size() >= count; });
  }
  void allow(std::size_t count) {
    const std::lock_guard lock(mutex_);
    allowed_ = count;
    changed_.notify_all();
  }
  std::vector<std::vector<int>> groups;  ///< in the order of their beginning

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t allowed_ = 0;
};

TEST_CASE("Who asks alone is asked for at once, and each time anew") {
  int calls = 0;
  Numbers numbers(
      [&calls](const std::vector<int>& questions) {
        return std::vector<std::string>(questions.size(), std::to_string(++calls));
      },
      2, 64);
  CHECK(numbers.ask(7) == "1");
  CHECK(numbers.ask(7) == "2");
}

TEST_CASE("Who comes while others are asked for waits for a group that begins later, and gets the own answer") {
  Gate gate;
  Numbers numbers([&gate](const std::vector<int>& questions) { return gate.answer(questions); }, 1, 64);
  std::jthread first([&] { CHECK(numbers.ask(0) == "0"); });
  gate.await(1);
  std::vector<std::jthread> late;
  std::latch begun(8);
  for (int i = 1; i <= 8; ++i) {
    late.emplace_back([&, i] {
      begun.count_down();
      CHECK(numbers.ask(i) == std::to_string(i));
    });
  }
  begun.wait();
  gate.allow(100);
  first.join();
  late.clear();
  CHECK(gate.groups.front() == std::vector<int>{0});
  std::size_t answered = 0;
  for (const auto& group : gate.groups) answered += group.size();
  CHECK(answered == 9);
}

TEST_CASE("No more groups are asked for at once, and none is larger, than was said") {
  std::atomic<int> running = 0;
  std::atomic<int> most_running = 0;
  std::atomic<std::size_t> largest = 0;
  Numbers numbers(
      [&](const std::vector<int>& questions) {
        const int now = ++running;
        for (int seen = most_running; seen < now && !most_running.compare_exchange_weak(seen, now);) continue;
        for (auto seen = largest.load();
             seen < questions.size() && !largest.compare_exchange_weak(seen, questions.size());)
          continue;
        std::vector<std::string> answers;
        for (const int question : questions) answers.push_back(std::to_string(question));
        --running;
        return answers;
      },
      2, 3);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 500; ++round)
          wrong += numbers.ask(i * 1000 + round) != std::to_string(i * 1000 + round);
      });
    }
  }
  CHECK(wrong == 0);
  CHECK(most_running <= 2);
  CHECK(largest <= 3);
}

TEST_CASE("What asking throws is thrown to all who asked, and the next ones are answered") {
  Gate gate;
  bool broken = true;
  Numbers numbers(
      [&](const std::vector<int>& questions) {
        auto answers = gate.answer(questions);
        if (broken) throw std::runtime_error("no line");
        return answers;
      },
      1, 64);
  std::atomic<int> thrown = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] {
        try {
          numbers.ask(i);
        } catch (const std::runtime_error& error) {
          thrown += std::string(error.what()) == "no line";
        }
      });
    }
    gate.allow(100);
  }
  CHECK(thrown == 4);
  broken = false;
  CHECK(numbers.ask(5) == "5");
}

TEST_CASE("Fewer answers than questions are a bug, and nobody gets another's answer") {
  Numbers numbers([](const std::vector<int>&) { return std::vector<std::string>{}; }, 1, 64);
  CHECK_THROWS_AS(numbers.ask(1), std::logic_error);
}

}  // namespace
}  // namespace ztix::test
