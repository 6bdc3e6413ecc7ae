#pragma once

/// @file tests/support/fake_query_pace.h
/// The pace of queries in memory. Held to PostgreSQL's behaviour by tests/contract/store_jobs.

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "core/base/time.h"
#include "core/service/ports/query_pace.h"

namespace ztix::test {

/// Not thread safe.
class FakeQueryPace final : public service::QueryPace {
 public:
  explicit FakeQueryPace(std::function<Timestamp()> now) : now_(std::move(now)) {}

  Result<Place> take_place(const std::string& query, const Rules& rules) override {
    const auto now = now_();
    auto at = std::max(now, next_);
    if (const auto found = queries_.find(query); found != queries_.end()) {
      at = std::max(at,
                    found->second.asked_at + (found->second.bytes > rules.large ? rules.large_repeat : rules.repeat));
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(at - now);
    if (wait > rules.longest_wait) return Place{wait, false};
    next_ = at + rules.gap;
    queries_[query].asked_at = at;
    return Place{wait, true};
  }
  Status answered(const std::string& query, std::int64_t bytes) override {
    queries_[query].bytes = bytes;
    return {};
  }
  Status pause(std::chrono::milliseconds duration) override {
    next_ = std::max<Timestamp>(next_, now_() + duration);
    return {};
  }

 private:
  struct Asked {
    Timestamp asked_at{};
    std::int64_t bytes = 0;
  };
  std::function<Timestamp()> now_;
  Timestamp next_{};
  std::map<std::string, Asked> queries_;
};

}  // namespace ztix::test
