#pragma once

/// @file cli/wait.h
/// Waiting for what a worker does, with progress on standard error.

#include <chrono>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include "core/base/result.h"

namespace ztix::cli {

/// One look: the result when it is over, and a line about how far it is.
template <class T>
struct Progress {
  std::optional<T> result;
  std::string line;
};

/// Looks four times a second and prints each line once.
/// @return what `look` came to; `timeout` after `limit` (the work itself goes on).
template <class T>
Result<T> wait_for(std::chrono::seconds limit, const std::function<Result<Progress<T>>()>& look) {
  constexpr std::chrono::milliseconds kPause{250};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  std::string shown;
  for (;;) {
    ZTIX_ASSIGN(auto progress, look());
    if (progress.line != shown) std::cerr << progress.line << '\n';
    shown = progress.line;
    if (progress.result) return *std::move(progress.result);
    if (std::chrono::steady_clock::now() >= deadline) {
      return fail(ErrorCode::timeout,
                  "Not finished after " + std::to_string(limit.count()) + " s; it goes on by itself.");
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace ztix::cli
