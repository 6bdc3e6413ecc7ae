/// @file tests/integration/http/curl_http_fetcher_test.cpp
/// CurlHttpFetcher against servers on loopback, well-behaved and not.

#include "core/http/curl_http_fetcher.h"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/guarded.h"
#include "lab/controller/http_server.h"

namespace ztix::http {

namespace {

using lab::controller::Call;
using lab::controller::HttpServer;

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

Request get(const std::string& url) {
  Request request;
  request.url = url;
  return request;
}

/// Accepts one connection at a time, says `text` and nothing more; with `silent`, says nothing and keeps it open.
class RudeServer {
 public:
  explicit RudeServer(std::string text, bool silent = false)
      : text_(std::move(text)), silent_(silent), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listener_, 4) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no listener");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~RudeServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    if (kept_ >= 0) ::close(kept_);
  }
  RudeServer(const RudeServer&) = delete;
  RudeServer& operator=(const RudeServer&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  void serve() {
    for (int peer = ::accept(listener_, nullptr, nullptr); peer >= 0; peer = ::accept(listener_, nullptr, nullptr)) {
      if (silent_) {
        kept_ = peer;
        continue;
      }
      std::string request(4096, '\0');
      (void)::recv(peer, request.data(), request.size(), 0);
      (void)::send(peer, text_.data(), text_.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  std::string text_;
  bool silent_;
  int listener_;
  std::uint16_t port_ = 0;
  int kept_ = -1;
  std::thread thread_;
};

template <class Value>
ErrorCode code_of(const Result<Value>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

TEST_CASE("[identity 7] A name that leads into this machine is not called by who only wants public ones") {
  const HttpServer server("127.0.0.1", 0, [](const Call&) { return lab::controller::Reply{200, "hello", ""}; });
  const auto named = "http://somewhere.localhost:" + std::to_string(server.port());
  CurlHttpFetcher anywhere({{named}, {}});
  REQUIRE(anywhere.fetch(get(named)));
  CurlHttpFetcher careful({{named, url_of(server.port())}, {}, true});
  CHECK(careful.fetch(get(named)).error().code == ErrorCode::unavailable);
  // Written out, it was chosen.
  CHECK(careful.fetch(get(url_of(server.port()))));
}

}  // namespace

TEST_CASE("A fetcher sends method, headers and body and gives back status, type and body") {
  Guarded<Call> seen;
  const HttpServer server("127.0.0.1", 0, [&seen](const Call& call) {
    seen.with([&call](Call& copy) { copy = call; });
    return lab::controller::Reply{418, "short and stout", "text/x-pot"};
  });
  CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
  Request request = get(url_of(server.port()) + "/pot?lid=on");
  request.method = "POST";
  request.body = std::string("a\0b", 3);
  request.headers.push_back({"Authorization", "Bearer open"});
  request.secret_headers.push_back({"X-ZT1-Auth", SecretString("hidden")});
  const auto reply = fetcher.fetch(request);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 418);
  CHECK(reply->content_type == "text/x-pot");
  CHECK(reply->body == "short and stout");
  const Call call = seen.with([](Call& copy) { return copy; });
  CHECK(call.method == "POST");
  CHECK(call.path == "/pot");
  CHECK(call.query.at("lid") == "on");
  CHECK(call.body == request.body);
  CHECK(call.authorization == "Bearer open");
  CHECK(call.zt1_auth == "hidden");
}

TEST_CASE("A fetcher understands every method and an empty POST") {
  const HttpServer server("127.0.0.1", 0, [](const Call& call) {
    return lab::controller::Reply{200, call.method + ":" + call.body, "text/plain"};
  });
  CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
    Request request = get(url_of(server.port()));
    request.method = method;
    const auto reply = fetcher.fetch(request);
    REQUIRE(reply.has_value());
    CHECK(reply->body == std::string(method) + ":");
  }
  Request head = get(url_of(server.port()));
  head.method = "HEAD";
  const auto reply = fetcher.fetch(head);
  REQUIRE(reply.has_value());
  CHECK(reply->body.empty());
}

TEST_CASE("A fetcher contacts configured origins only") {
  std::atomic<int> calls{0};
  const HttpServer server("127.0.0.1", 0, [&calls](const Call&) {
    ++calls;
    return lab::controller::Reply{};
  });
  CurlHttpFetcher fetcher({{"http://127.0.0.1:1"}, {}});
  CHECK(code_of(fetcher.fetch(get(url_of(server.port())))) == ErrorCode::forbidden);
  CHECK(code_of(fetcher.fetch(get("file:///etc/passwd"))) == ErrorCode::invalid_argument);
  CHECK(code_of(fetcher.fetch(get("not a url"))) == ErrorCode::invalid_argument);
  CHECK(calls == 0);
  CHECK_THROWS_AS(CurlHttpFetcher({{"http://127.0.0.1/path"}, {}}), std::logic_error);
}

TEST_CASE("A fetcher does not follow a redirect") {
  const RudeServer server("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  CurlHttpFetcher fetcher({{url_of(server.port()), "http://127.0.0.1:1"}, {}});
  const auto reply = fetcher.fetch(get(url_of(server.port())));
  REQUIRE(reply.has_value());
  CHECK(reply->status == 302);
}

TEST_CASE("A fetcher refuses a reply that is larger than accepted") {
  const HttpServer server("127.0.0.1", 0, [](const Call&) {
    return lab::controller::Reply{200, std::string(1001, 'x'), "text/plain"};
  });
  CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
  Request request = get(url_of(server.port()));
  request.largest_body = 1001;
  CHECK(fetcher.fetch(request).has_value());
  request.largest_body = 1000;
  CHECK(code_of(fetcher.fetch(request)) == ErrorCode::upstream);
}

TEST_CASE("A fetcher refuses headers that would become two") {
  CurlHttpFetcher fetcher({{"http://127.0.0.1:1"}, {}});
  Request request = get("http://127.0.0.1:1/");
  SUBCASE("line break") { request.headers.push_back({"X-Name", "a\r\nX-Other: b"}); }
  SUBCASE("secret with a line break") { request.secret_headers.push_back({"X-Name", SecretString("a\nb")}); }
  SUBCASE("NUL") { request.headers.push_back({"X-Name", std::string("a\0b", 3)}); }
  CHECK(code_of(fetcher.fetch(request)) == ErrorCode::invalid_argument);
}

TEST_CASE("A fetcher tells nobody there, too late and no HTTP apart") {
  SUBCASE("nobody there") {
    CurlHttpFetcher fetcher({{"http://127.0.0.1:7"}, {}});
    CHECK(code_of(fetcher.fetch(get("http://127.0.0.1:7/"))) == ErrorCode::unavailable);
  }
  SUBCASE("closed without a word") {
    const RudeServer server("");
    CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
    CHECK(code_of(fetcher.fetch(get(url_of(server.port())))) == ErrorCode::unavailable);
  }
  SUBCASE("half a reply") {
    const RudeServer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
    CHECK(code_of(fetcher.fetch(get(url_of(server.port())))) == ErrorCode::unavailable);
  }
  SUBCASE("no HTTP") {
    const RudeServer server("220 mail.example ESMTP\r\n");
    CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
    CHECK(code_of(fetcher.fetch(get(url_of(server.port())))) == ErrorCode::upstream);
  }
  SUBCASE("too late") {
    const RudeServer server("", true);
    CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
    Request request = get(url_of(server.port()));
    request.timeout = std::chrono::milliseconds(200);
    const auto start = std::chrono::steady_clock::now();
    CHECK(code_of(fetcher.fetch(request)) == ErrorCode::timeout);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  }
}

TEST_CASE("A fetcher never puts a secret into an error") {
  const RudeServer server("nonsense");
  CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
  Request request = get(url_of(server.port()));
  request.secret_headers.push_back({"X-ZT1-Auth", SecretString("do-not-print-me")});
  const auto reply = fetcher.fetch(request);
  REQUIRE_FALSE(reply.has_value());
  CHECK(reply.error().message.find("do-not-print-me") == std::string::npos);
  CHECK(reply.error().detail.find("do-not-print-me") == std::string::npos);
}

TEST_CASE("A fetcher can be used by several threads at a time") {
  const HttpServer server("127.0.0.1", 0, [](const Call& call) {
    return lab::controller::Reply{200, call.path, "text/plain"};
  });
  CurlHttpFetcher fetcher({{url_of(server.port())}, {}});
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      const std::string path = "/" + std::to_string(number);
      for (int i = 0; i < 25; ++i) {
        const auto reply = fetcher.fetch(get(url_of(server.port()) + path));
        good += reply && reply->body == path ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == 100);
}

}  // namespace ztix::http
