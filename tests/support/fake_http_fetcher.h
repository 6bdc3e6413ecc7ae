#pragma once

/// @file tests/support/fake_http_fetcher.h
/// An HttpFetcher that asks a function, usually to answer one URL itself and hand the rest to a real fetcher.

#include <functional>
#include <utility>
#include <vector>

#include "core/http/http_fetcher.h"

namespace ztix::test {

/// Remembers what was asked. Not thread safe.
class FakeHttpFetcher final : public http::HttpFetcher {
 public:
  using Answer = std::function<Result<http::Reply>(const http::Request&)>;

  explicit FakeHttpFetcher(Answer answer) : answer_(std::move(answer)) {}

  Result<http::Reply> fetch(const http::Request& request) override {
    requests.push_back(request);
    return answer_(request);
  }

  /// How many requests of a method were made.
  [[nodiscard]] std::size_t count(const std::string& method) const {
    std::size_t found = 0;
    for (const auto& request : requests) found += request.method == method ? 1 : 0;
    return found;
  }

  std::vector<http::Request> requests;

 private:
  Answer answer_;
};

}  // namespace ztix::test
