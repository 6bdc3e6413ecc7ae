#include "lab/controller/http_server.h"

#include <array>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

namespace ztix::lab::controller {

namespace {

constexpr int kThreads = 8;
constexpr int kRequestsPerConnection = 5;
constexpr int kIdleSeconds = 5;
constexpr int kIdleThreadMicroseconds = 100'000;
constexpr std::size_t kLongestUri = 8192;
constexpr std::size_t kLargestForm = 8192;

std::optional<std::string> header_of(const Poco::Net::HTTPServerRequest& request, const std::string& name) {
  if (!request.has(name)) return std::nullopt;
  return request.get(name);
}

/// The body is read to its end before anything is answered, or the rest would be taken for the next request.
/// A request with neither length nor chunks has none: reading it would wait for the peer to close.
std::string body_of(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) {
  if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) return {};
  if (request.getExpectContinue()) response.sendContinue();
  std::string body;
  std::array<char, 65536> buffer{};
  while (request.stream().read(buffer.data(), buffer.size()) || request.stream().gcount() > 0) {
    body.append(buffer.data(), static_cast<std::size_t>(request.stream().gcount()));
  }
  return body;
}

bool is_form(const Poco::Net::HTTPServerRequest& request) {
  return request.getContentType().starts_with("application/x-www-form-urlencoded");
}

Call call_of(const Poco::Net::HTTPServerRequest& request, std::string body) {
  const Poco::URI uri(request.getURI());
  Call call;
  call.method = request.getMethod();
  call.path = uri.getPath();
  for (const auto& [name, value] : uri.getQueryParameters()) call.query.emplace(name, value);
  call.zt1_auth = header_of(request, "X-ZT1-Auth");
  call.authorization = header_of(request, "Authorization");
  call.body = std::move(body);
  return call;
}

void send(const Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response, const Reply& reply) {
  response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
  response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
  if (!reply.content_type.empty()) response.setContentType(reply.content_type);
  if (response.getKeepAlive()) response.set("Keep-Alive", "timeout=5, max=5");
  if (request.getMethod() == "HEAD") response.set("Accept-Ranges", "bytes");
  response.setContentLength(static_cast<std::streamsize>(reply.body.size()));
  auto& stream = response.send();
  if (request.getMethod() != "HEAD") stream << reply.body;
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const HttpServer::Handler& answer) : answer_(answer) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    std::string body = body_of(request, response);
    const Reply reply = reply_to(request, std::move(body));
    if (reply.status != kCutConnection) return send(request, response, reply);
    static_cast<Poco::Net::HTTPServerRequestImpl&>(request).detachSocket().close();
  }

 private:
  Reply reply_to(const Poco::Net::HTTPServerRequest& request, std::string body) {
    if (request.getURI().size() > kLongestUri) return {414, {}, {}};
    if (is_form(request) && body.size() > kLargestForm) return {413, {}, {}};
    try {
      return answer_(call_of(request, std::move(body)));
    } catch (const Poco::SyntaxException&) {
      return {400, {}, {}};
    }
  }

  const HttpServer::Handler& answer_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(HttpServer::Handler answer) : answer_(std::move(answer)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler(answer_);
  }

 private:
  HttpServer::Handler answer_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(kThreads);
  params->setMaxQueued(1024);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(kRequestsPerConnection);
  params->setKeepAliveTimeout(Poco::Timespan(kIdleSeconds, 0));
  params->setTimeout(Poco::Timespan(kIdleSeconds, 0));
  // A thread that misses the wake-up at the end stays for this long: by default 10 s.
  params->setThreadIdleTime(Poco::Timespan(0, kIdleThreadMicroseconds));
  return params;
}

Poco::Net::ServerSocket bound(const std::string& address, std::uint16_t port) {
  Poco::Net::ServerSocket socket;
  socket.bind(Poco::Net::SocketAddress(address, port), true, false);
  socket.listen(128);
  return socket;
}

}  // namespace

struct HttpServer::Impl {
  Impl(const std::string& address, std::uint16_t port, HttpServer::Handler handler)
      : threads(2, kThreads + 2),
        server(new Factory(std::move(handler)), threads, bound(address, port), parameters()) {}
  // A pool of its own: the process-wide one of Poco is shared with whoever else runs a server.
  Poco::ThreadPool threads;
  Poco::Net::HTTPServer server;
};

HttpServer::HttpServer(const std::string& address, std::uint16_t port, Handler handler)
    : impl_(std::make_unique<Impl>(address, port, std::move(handler))) {
  impl_->server.start();
}

HttpServer::~HttpServer() {
  impl_->server.stopAll(true);
  impl_->threads.joinAll();
}

std::uint16_t HttpServer::port() const { return impl_->server.port(); }

}  // namespace ztix::lab::controller
