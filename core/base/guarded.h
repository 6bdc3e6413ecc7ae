#pragma once

/// @file core/base/guarded.h
/// Shared data that can only be reached through its lock (the idea is dnsdist's LockGuarded).

#include <mutex>
#include <utility>

namespace ztix {

template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  /// Runs `use(T&)` under the lock and returns what it returns. Do not call back into the same Guarded.
  template <class F>
  decltype(auto) with(F&& use) {
    const std::lock_guard hold(mutex_);
    return std::forward<F>(use)(value_);
  }
  template <class F>
  decltype(auto) with(F&& use) const {
    const std::lock_guard hold(mutex_);
    return std::forward<F>(use)(std::as_const(value_));
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace ztix
