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
    std::unique_lock lock(mutex_);
    if (leaders_ < at_once_) {
      ++leaders_;
      mine->leads = true;
    } else {
      waiting_.push_back(mine);
      mine->changed.wait(lock, [&] { return mine->leads || mine->is_answered(); });
    }
    if (mine->leads) lead(mine, lock);
    if (mine->failure) std::rethrow_exception(mine->failure);
    return std::move(*mine->answer);
  }

 private:
  struct Place {
    explicit Place(Question asked) : question(std::move(asked)) {}
    [[nodiscard]] bool is_answered() const { return answer.has_value() || failure; }
    Question question;
    std::optional<Answer> answer;
    std::exception_ptr failure;
    bool leads = false;
    std::condition_variable changed;
  };
  using Group = std::vector<std::shared_ptr<Place>>;

  void lead(const std::shared_ptr<Place>& mine, std::unique_lock<std::mutex>& lock) {
    Group group{mine};
    while (!waiting_.empty() && group.size() < most_) {
      group.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
    lock.unlock();
    std::vector<Answer> answers;
    const auto failure = answered(group, answers);
    lock.lock();
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i]->failure = failure;
      if (!failure) group[i]->answer.emplace(std::move(answers[i]));
    }
    const auto next = next_leader();
    lock.unlock();
    // The places are shared, so that this one is still there when its owner has seen the answer and gone.
    for (const auto& place : group) place->changed.notify_one();
    if (next) next->changed.notify_one();
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

  /// Hands the lead on, or gives it back when nobody waits.
  std::shared_ptr<Place> next_leader() {
    if (waiting_.empty()) {
      --leaders_;
      return nullptr;
    }
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next->leads = true;
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
