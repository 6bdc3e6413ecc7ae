#include "tests/support/fake_http_fetcher.h"

#include "tests/contract/http/http_fetcher_contract.h"

namespace ztix::test {

struct FakeHttpWorld {
  http::HttpFetcher& fetcher() { return fake; }
  [[nodiscard]] static std::string url(const std::string& path) { return std::string(kOrigin) + path; }
  void answer(const http::Reply& reply) { next = reply; }
  [[nodiscard]] std::vector<SeenCall> calls() const {
    std::vector<SeenCall> seen;
    for (const auto& request : fake.requests) {
      SeenCall call{request.method, request.url.substr(std::string(kOrigin).size()), "", "", request.body};
      for (const auto& header : request.headers) call.authorization = header.value;
      for (const auto& header : request.secret_headers) call.zt1_auth = header.value.expose();
      seen.push_back(call);
    }
    return seen;
  }
  void stop() { next = fail(ErrorCode::unavailable, "Nobody is there."); }

  static constexpr const char* kOrigin = "http://192.0.2.80:80";
  Result<http::Reply> next{http::Reply{200, "", ""}};
  FakeHttpFetcher fake{[this](const http::Request& /*request*/) { return next; }, {kOrigin}};
};

ZTIX_HTTP_FETCHER_CONTRACT(FakeHttpWorld);

}  // namespace ztix::test
