#pragma once

/// @file tests/support/fake_login_throttle.h
/// The throttle in memory. Held to Redis by tests/contract/queue.

#include <map>
#include <string>
#include <vector>

#include "core/digest/digest.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/login_throttle.h"

namespace ztix::test {

class FakeLoginThrottle final : public service::LoginThrottle {
 public:
  explicit FakeLoginThrottle(const service::Clock& clock, service::ThrottlePolicy policy = {})
      : clock_(clock), policy_(policy) {}

  Result<service::GuessVerdict> begin(const service::Guess& guess) override {
    if (is_down) return gone();
    service::GuessVerdict verdict;
    verdict.ticket = std::to_string(++tickets_);
    const auto usual = usual_.find(key("here", guess));
    verdict.from_usual_place = usual != usual_.end() && clock_.now() < usual->second;
    const auto scopes = scopes_of(guess, verdict.from_usual_place);
    Counter* closed = nullptr;
    for (auto* scope : scopes) {
      if (scope->paused_until > clock_.now() && (closed == nullptr || scope->paused_until > closed->paused_until)) {
        closed = scope;
      }
    }
    return closed != nullptr ? refuse(*closed, std::move(verdict)) : admit(scopes, std::move(verdict));
  }

  Status was_right(const service::Guess& guess, const service::GuessVerdict& verdict) override {
    if (is_down) return gone();
    const bool usual = verdict.from_usual_place;
    if (!guess.account.empty()) counters.erase(key(usual ? "here" : "account", guess));
    if (!usual) take_back(counters[key("block", guess)], verdict);
    if (!guess.account.empty()) usual_[key("here", guess)] = clock_.now() + policy_.usual;
    return {};
  }

  Status was_not_checked(const service::Guess& guess, const service::GuessVerdict& verdict) override {
    if (is_down) return gone();
    for (auto* scope : scopes_of(guess, verdict.from_usual_place)) take_back(*scope, verdict);
    return {};
  }

  struct Counter {
    service::Allowance allowance;
    int count = 0;
    std::int64_t refused = 0;
    Timestamp paused_until{};
    Timestamp forgotten_at{};
    std::string ticket;
    bool told = false;
  };
  std::map<std::string, Counter> counters;
  bool is_down = false;

 private:
  static Error gone() { return fail(ErrorCode::unavailable, "The throttle is down."); }

  static std::string key(const std::string& scope, const service::Guess& guess) {
    const std::string block = scope == "account" ? "" : guess.address_block;
    const std::string account = scope == "block" ? "" : guess.account;
    return digest::sha256_hex(std::string(to_string(guess.kind)) + " " + scope + " " + block + " " + account);
  }

  std::vector<Counter*> scopes_of(const service::Guess& guess, bool usual) {
    std::vector<std::string> names{"block"};
    if (usual) {
      names = {"here"};
    } else if (!guess.account.empty()) {
      names = {"account", "block"};
    }
    std::vector<Counter*> found;
    for (const auto& name : names) {
      auto& counter = counters[key(name, guess)];
      if (counter.forgotten_at <= clock_.now()) counter = Counter{};
      counter.allowance = name == "block" ? policy_.block : policy_.account;
      found.push_back(&counter);
    }
    return found;
  }

  Result<service::GuessVerdict> refuse(Counter& closed, service::GuessVerdict verdict) {
    ++closed.refused;
    verdict.first_refusal = !closed.told;
    closed.told = true;
    verdict.retry_after = std::chrono::duration_cast<std::chrono::milliseconds>(closed.paused_until - clock_.now());
    return verdict;
  }

  Result<service::GuessVerdict> admit(const std::vector<Counter*>& scopes, service::GuessVerdict verdict) {
    verdict.admitted = true;
    for (auto* scope : scopes) {
      const auto pause = scope->allowance.pause_after(++scope->count);
      scope->forgotten_at = clock_.now() + pause + scope->allowance.memory;
      if (pause.count() > 0) {
        scope->paused_until = clock_.now() + pause;
        scope->ticket = verdict.ticket;
        scope->told = false;
      }
      verdict.refused_before += scope->refused;
      scope->refused = 0;
    }
    return verdict;
  }

  static void take_back(Counter& counter, const service::GuessVerdict& verdict) {
    if (counter.count > 0) --counter.count;
    if (counter.ticket == verdict.ticket) counter.paused_until = Timestamp{};
  }

  const service::Clock& clock_;
  service::ThrottlePolicy policy_;
  std::map<std::string, Timestamp> usual_;
  int tickets_ = 0;
};

}  // namespace ztix::test
