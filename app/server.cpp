#include "app/server.h"

#include <utility>

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include "app/connection_watch.h"
#include "app/request_reader.h"
#include "core/log/log.h"

namespace ztix::app {
namespace {

namespace net = Poco::Net;

constexpr int kQueuedConnections = 128;
constexpr int kReadSeconds = 10;

void send(net::HTTPServerResponse& to, const HttpResponse& response, bool head_only) {
  to.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(response.status));
  for (const auto& [name, value] : response.headers.all()) to.add(name, value);
  to.setContentLength64(static_cast<Poco::Int64>(response.body.size()));
  if (response.close) to.setKeepAlive(false);
  auto& stream = to.send();
  if (!head_only) stream.write(response.body.data(), static_cast<std::streamsize>(response.body.size()));
  stream.flush();
}

class Handler final : public net::HTTPRequestHandler {
 public:
  explicit Handler(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  void handleRequest(net::HTTPServerRequest& from, net::HTTPServerResponse& to) override {
    HttpRequest request;
    const auto readable = read_request(from, request);
    if (auto* const guard = ConnectionWatch::Guard::current()) guard->answering();
    auto response = readable ? dispatcher_.handle(request) : dispatcher_.refuse(request, readable.error());
    send(to, response, request.method == "HEAD");
    if (auto* const guard = ConnectionWatch::Guard::current()) guard->waiting();
  }

 private:
  Dispatcher& dispatcher_;
};

class HandlerFactory final : public net::HTTPRequestHandlerFactory {
 public:
  explicit HandlerFactory(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest& /*request*/) override {
    return new Handler(dispatcher_);  // NOLINT(cppcoreguidelines-owning-memory): Poco deletes it
  }

 private:
  Dispatcher& dispatcher_;
};

class WatchedConnection final : public net::HTTPServerConnection {
 public:
  WatchedConnection(const net::StreamSocket& socket, const net::HTTPServerParams::Ptr& params,
                    const net::HTTPRequestHandlerFactory::Ptr& factory, ConnectionWatch& watch)
      : HTTPServerConnection(socket, params, factory), watch_(watch) {}

  void run() override {
    const ConnectionWatch::Guard guard(watch_, socket().impl()->sockfd());
    HTTPServerConnection::run();
  }

 private:
  ConnectionWatch& watch_;
};

class ConnectionFactory final : public net::TCPServerConnectionFactory {
 public:
  ConnectionFactory(net::HTTPServerParams::Ptr params, net::HTTPRequestHandlerFactory::Ptr factory,
                    ConnectionWatch& watch)
      : params_(std::move(params)), factory_(std::move(factory)), watch_(watch) {}
  net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
    return new WatchedConnection(socket, params_, factory_, watch_);  // NOLINT(cppcoreguidelines-owning-memory)
  }

 private:
  net::HTTPServerParams::Ptr params_;
  net::HTTPRequestHandlerFactory::Ptr factory_;
  ConnectionWatch& watch_;
};

/// Connections that break are a client's business; everything else is worth knowing.
class LoggingErrorHandler final : public Poco::ErrorHandler {
 public:
  void exception(const Poco::Exception& problem) override {
    log::debug("http.connection_ended", {{"detail", problem.displayText()}});
  }
  void exception(const std::exception& problem) override {
    log::error("http.thread_failed", {{"detail", problem.what()}});
  }
  void exception() override { log::error("http.thread_failed"); }
};

net::HTTPServerParams::Ptr params_of(const ServerSettings& settings) {
  net::HTTPServerParams::Ptr params(new net::HTTPServerParams);
  params->setKeepAlive(true);
  params->setKeepAliveTimeout(Poco::Timespan(settings.keep_alive.count(), 0));
  params->setTimeout(Poco::Timespan(kReadSeconds, 0));
  params->setMaxThreads(settings.threads);
  params->setMaxQueued(kQueuedConnections);
  params->setSoftwareVersion("ZTIX");
  return params;
}

}  // namespace

struct Server::State {
  State(const ServerSettings& settings, Dispatcher& dispatcher)
      : watch(settings.keep_alive + settings.request_deadline),
        pool("http", 2, settings.threads + 1),
        socket(net::SocketAddress(settings.address.text(), settings.port)),
        params(params_of(settings)),
        server(new ConnectionFactory(params, new HandlerFactory(dispatcher), watch), pool, socket, params) {
    before = Poco::ErrorHandler::set(&errors);
    server.start();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    server.stop();
    watch.close_waiting();
    pool.joinAll();
    Poco::ErrorHandler::set(before);
  }

  LoggingErrorHandler errors;
  Poco::ErrorHandler* before = nullptr;
  ConnectionWatch watch;
  Poco::ThreadPool pool;
  net::ServerSocket socket;
  net::HTTPServerParams::Ptr params;
  net::TCPServer server;
};

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, Dispatcher& dispatcher) {
  try {
    return std::unique_ptr<Server>(new Server(std::make_unique<State>(settings, dispatcher)));
  } catch (const Poco::Exception& problem) {
    return fail(ErrorCode::unavailable,
                "Cannot listen on " + settings.address.text() + ", port " + std::to_string(settings.port) + ".")
        .with_detail(problem.displayText());
  }
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return state_->socket.address().port(); }

}  // namespace ztix::app
