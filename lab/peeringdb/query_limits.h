#pragma once

/// @file lab/peeringdb/query_limits.h
/// How often PeeringDB lets itself be asked, as it has published it: 20 queries a minute without a key and 40 with one,
/// and without a key the same query twice a minute, or once an hour when its answer had more than 100 kB.

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace ztix::lab::peeringdb {

/// Thread safe.
class QueryLimits {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Counts a query that may be answered.
  /// @param key  empty = without one.
  /// @return nothing, or how long to wait.
  std::optional<std::chrono::seconds> refuse(const std::string& key, const std::string& query, Time now);
  void answered(const std::string& query, std::size_t bytes);

 private:
  struct Repeats {
    std::deque<Time> at;
    bool is_large = false;
  };
  std::mutex mutex_;
  std::map<std::string, std::deque<Time>> by_key_;
  std::map<std::string, Repeats> repeats_;
};

}  // namespace ztix::lab::peeringdb
