#include "core/http/curl_http_fetcher.h"

#include <optional>

#include "core/base/guarded.h"
#include "lab/controller/http_server.h"
#include "tests/contract/http/http_fetcher_contract.h"

namespace ztix::test {

/// The server is the lab's, which keeps what it was asked.
struct CurlHttpWorld {
  http::HttpFetcher& fetcher() { return curl; }
  [[nodiscard]] std::string url(const std::string& path) const { return origin + path; }
  void answer(const http::Reply& reply) {
    next.with([&reply](lab::controller::Reply& now) { now = {reply.status, reply.body, reply.content_type}; });
  }
  [[nodiscard]] std::vector<SeenCall> calls() {
    return seen.with([](auto& calls) { return calls; });
  }
  void stop() { server.reset(); }

  lab::controller::Reply serve(const lab::controller::Call& call) {
    seen.with([&call](auto& calls) {
      calls.push_back({call.method, call.path, call.authorization.value_or(""), call.zt1_auth.value_or(""), call.body});
    });
    return next.with([](lab::controller::Reply& now) { return now; });
  }

  Guarded<lab::controller::Reply> next;
  Guarded<std::vector<SeenCall>> seen;
  std::optional<lab::controller::HttpServer> server{
      std::in_place, "127.0.0.1", std::uint16_t{0},
      lab::controller::HttpServer::Handler([this](const auto& call) { return serve(call); })};
  std::string origin = "http://127.0.0.1:" + std::to_string(server->port());
  http::CurlHttpFetcher curl{{{origin}, {}}};
};

ZTIX_HTTP_FETCHER_CONTRACT(CurlHttpWorld);

}  // namespace ztix::test
