#include "lab/peeringdb/http.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <istream>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>
#include <nlohmann/json.hpp>

namespace ztix::lab::peeringdb {

namespace {

constexpr int kThreads = 16;
constexpr int kIdleSeconds = 5;
constexpr int kIdleThreadMicroseconds = 100'000;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

std::string found_in(const std::map<std::string, std::string>& map, const std::string& name) {
  const auto found = map.find(name);
  return found == map.end() ? std::string() : found->second;
}

std::map<std::string, std::string> parameters_of(const Poco::URI& uri) {
  std::map<std::string, std::string> all;
  for (const auto& [name, value] : uri.getQueryParameters()) all.emplace(name, value);
  return all;
}

std::string body_of(Poco::Net::HTTPServerRequest& request) {
  if (!request.hasContentLength() && !request.getChunkedTransferEncoding()) return {};
  std::string body;
  std::array<char, 65536> buffer{};
  while (request.stream().read(buffer.data(), buffer.size()) || request.stream().gcount() > 0) {
    body.append(buffer.data(), static_cast<std::size_t>(request.stream().gcount()));
  }
  return body;
}

Call call_of(const Poco::Net::HTTPServerRequest& request, std::string body) {
  const Poco::URI uri(request.getURI());
  Call call;
  call.method = request.getMethod();
  call.path = uri.getPath();
  call.query = parameters_of(uri);
  for (const auto& [name, value] : request) call.headers.emplace(lower(name), value);
  call.body = std::move(body);
  return call;
}

void send(const Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response, const Reply& reply) {
  response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(reply.status));
  response.setReason(Poco::Net::HTTPResponse::getReasonForStatus(response.getStatus()));
  response.setContentType(reply.content_type);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  response.setContentLength(static_cast<std::streamsize>(reply.body.size()));
  auto& stream = response.send();
  if (request.getMethod() != "HEAD") stream << reply.body;
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const Router::Handler& answer) : answer_(answer) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override {
    std::string body = body_of(request);
    send(request, response, reply_to(request, std::move(body)));
  }

 private:
  Reply reply_to(const Poco::Net::HTTPServerRequest& request, std::string body) {
    try {
      return answer_(call_of(request, std::move(body)));
    } catch (const Poco::SyntaxException&) {
      return {400, "bad address", "text/plain"};
    }
  }

  const Router::Handler& answer_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(Router::Handler answer) : answer_(std::move(answer)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
    return new Handler(answer_);
  }

 private:
  Router::Handler answer_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(kThreads);
  params->setMaxQueued(1024);
  params->setKeepAlive(false);
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

std::string Call::header(const std::string& name) const { return found_in(headers, name); }
std::string Call::parameter(const std::string& name) const { return found_in(query, name); }

std::map<std::string, std::string> Call::form() const {
  Poco::URI uri;
  uri.setRawQuery(body);
  return parameters_of(uri);
}

Reply json_reply(const nlohmann::json& body, int status) { return {status, body.dump()}; }

void Router::add(std::string method, std::string path, std::string fault_name, Handler handler) {
  rows_.push_back({std::move(method), std::move(path), std::move(fault_name), std::move(handler)});
}

const Router::Row* Router::find(const Call& call) const {
  const std::string method = call.method == "HEAD" ? "GET" : call.method;
  const auto row = std::find_if(rows_.begin(), rows_.end(),
                                [&](const Row& one) { return one.method == method && one.path == call.path; });
  return row == rows_.end() ? nullptr : &*row;
}

struct HttpServer::Impl {
  Impl(const std::string& address, std::uint16_t port, Router::Handler handler)
      : threads(2, kThreads + 2),
        server(new Factory(std::move(handler)), threads, bound(address, port), parameters()) {}
  // A pool of its own: the process-wide one of Poco is shared with whoever else runs a server.
  Poco::ThreadPool threads;
  Poco::Net::HTTPServer server;
};

HttpServer::HttpServer(const std::string& address, std::uint16_t port, Router::Handler handler)
    : impl_(std::make_unique<Impl>(address, port, std::move(handler))) {
  impl_->server.start();
}

HttpServer::~HttpServer() {
  impl_->server.stopAll(true);
  impl_->threads.joinAll();
}

std::uint16_t HttpServer::port() const { return impl_->server.port(); }

}  // namespace ztix::lab::peeringdb
