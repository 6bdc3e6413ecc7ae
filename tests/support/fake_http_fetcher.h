#pragma once

/// @file tests/support/fake_http_fetcher.h
/// An HttpFetcher that asks a function, usually to answer one URL itself and hand the rest to a real fetcher. Held to
/// the real one by tests/contract/http.

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/http_fetcher.h"
#include "core/http/origin.h"

namespace ztix::test {

/// Remembers what was asked and could be sent. Not thread safe.
class FakeHttpFetcher final : public http::HttpFetcher {
 public:
  using Answer = std::function<Result<http::Reply>(const http::Request&)>;

  /// @param origins  `scheme://host:port` each; none: whatever `answer` knows.
  explicit FakeHttpFetcher(Answer answer, std::vector<std::string> origins = {})
      : answer_(std::move(answer)), origins_(std::move(origins)) {}

  Result<http::Reply> fetch(const http::Request& request) override {
    const auto origin = http::origin_of(request.url);
    if (!origin) return fail(ErrorCode::invalid_argument, "Not an http or https address.");
    if (!origins_.empty() && std::find(origins_.begin(), origins_.end(), *origin) == origins_.end()) {
      return fail(ErrorCode::forbidden, *origin + " is not configured.");
    }
    if (!has_single_lines(request)) return fail(ErrorCode::invalid_argument, "A request header holds a line break.");
    requests.push_back(request);
    auto reply = answer_(request);
    if (!reply) return reply;
    if (request.method == "HEAD") reply->body.clear();
    if (reply->body.size() > request.largest_body) {
      return fail(ErrorCode::upstream, "Larger than accepted.").with_reason("too_large");
    }
    return reply;
  }

  /// How many requests of a method were made.
  [[nodiscard]] std::size_t count(const std::string& method) const {
    std::size_t found = 0;
    for (const auto& request : requests) found += request.method == method ? 1 : 0;
    return found;
  }

  std::vector<http::Request> requests;

 private:
  static bool is_single_line(const std::string& text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
  }
  static bool has_single_lines(const http::Request& request) {
    return std::all_of(request.headers.begin(), request.headers.end(),
                       [](const auto& item) { return is_single_line(item.name) && is_single_line(item.value); }) &&
           std::all_of(request.secret_headers.begin(), request.secret_headers.end(), [](const auto& item) {
             return is_single_line(item.name) && is_single_line(item.value.expose());
           });
  }

  Answer answer_;
  std::vector<std::string> origins_;
};

}  // namespace ztix::test
