#pragma once

/// @file core/base/grouped.h
/// Many threads ask at the same moment, and asking for all of them costs little more than asking for one.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ztix {

/// Who finds nobody asking asks at once; who finds enough asking waits and goes with the next, together with all who
/// wait. So an answer is never older than its question (nothing is kept), alone nobody waits, and a crowd costs few
/// round trips. Thread-safe.
template <class Question, class Answer>
class Grouped {
 public:
  /// Answers in the order of the questions. What it throws is thrown to all who asked.
  using AskAll = std::function<std::vector<Answer>(const std::vector<Question>&)>;

  /// @param at_once  so many groups are asked for at the same moment.
  /// @param most     so many questions are in a group.
  Grouped(AskAll ask_all, std::size_t at_once, std::size_t most)
      : ask_all_(std::move(ask_all)), at_once_(at_once), most_(most) {}

  /// The answer from a call of `ask_all` that begins after this one.
  Answer ask(Question question) {
    const auto mine = std::make_shared<Place>(std::move(question));
    if (joins_the_waiting(mine)) mine->wait();
    if (mine->leads) lead(mine);
    if (mine->failure) std::rethrow_exception(mine->failure);
    return std::move(*mine->answer);
  }

 private:
  /// Each has a lock of its own: a group that wakes up at once would otherwise stand in line for the common one.
  /// Shared, so that it is still there to be notified when its owner has seen the answer and gone.
  class Place {
   public:
    explicit Place(Question asked) : question(std::move(asked)) {}
    void wait() {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return leads || answer.has_value() || failure; });
    }
    template <class Change>
    void tell(Change change) {
      {
        const std::lock_guard lock(mutex_);
        change(*this);
      }
      changed_.notify_one();
    }

    Question question;
    std::optional<Answer> answer;
    std::exception_ptr failure;
    bool leads = false;

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
  };
  using Group = std::vector<std::shared_ptr<Place>>;

  /// False for who leads at once.
  bool joins_the_waiting(const std::shared_ptr<Place>& mine) {
    const std::lock_guard lock(mutex_);
    if (leaders_ == at_once_) {
      waiting_.push_back(mine);
      return true;
    }
    ++leaders_;
    mine->leads = true;
    return false;
  }

  void lead(const std::shared_ptr<Place>& mine) {
    const auto group = group_of(mine);
    std::vector<Answer> answers;
    const auto failure = answered(group, answers);
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i]->tell([&](Place& place) {
        place.failure = failure;
        if (!failure) place.answer.emplace(std::move(answers[i]));
      });
    }
    if (const auto next = next_leader()) next->tell([](Place& place) { place.leads = true; });
  }

  Group group_of(const std::shared_ptr<Place>& mine) {
    const std::lock_guard lock(mutex_);
    Group group{mine};
    while (!waiting_.empty() && group.size() < most_) {
      group.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    return group;
  }

  std::exception_ptr answered(const Group& group, std::vector<Answer>& answers) const {
    std::vector<Question> questions;
    questions.reserve(group.size());
    for (const auto& place : group) questions.push_back(std::move(place->question));
    try {
      answers = ask_all_(questions);
      if (answers.size() != group.size()) throw std::logic_error("Grouped: not as many answers as questions");
    } catch (const std::exception&) {
      return std::current_exception();
    }
    return nullptr;
  }

  /// Who is to lead now; nobody when nobody waits.
  std::shared_ptr<Place> next_leader() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      --leaders_;
      return nullptr;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    return next;
  }

  AskAll ask_all_;
  std::size_t at_once_;
  std::size_t most_;
  std::mutex mutex_;
  std::size_t leaders_ = 0;
  std::deque<std::shared_ptr<Place>> waiting_;
};

}  // namespace ztix
