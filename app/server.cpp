#include "app/server.h"

#include <utility>

#include <Poco/ErrorHandler.h>
#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/ThreadPool.h>

#include "app/connection.h"
#include "app/connection_watch.h"
#include "core/log/log.h"

namespace ztix::app {
namespace {

namespace net = Poco::Net;

constexpr int kQueuedConnections = 128;

class ClientConnection final : public net::TCPServerConnection {
 public:
  ClientConnection(const net::StreamSocket& socket, Dispatcher& dispatcher, ConnectionWatch& watch,
                   std::chrono::seconds keep_alive)
      : TCPServerConnection(socket), dispatcher_(dispatcher), watch_(watch), keep_alive_(keep_alive) {}
  void run() override { Connection(socket(), dispatcher_, watch_, keep_alive_).run(); }

 private:
  Dispatcher& dispatcher_;
  ConnectionWatch& watch_;
  std::chrono::seconds keep_alive_;
};

class ConnectionFactory final : public net::TCPServerConnectionFactory {
 public:
  ConnectionFactory(Dispatcher& dispatcher, ConnectionWatch& watch, std::chrono::seconds keep_alive)
      : dispatcher_(dispatcher), watch_(watch), keep_alive_(keep_alive) {}
  net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
    // Poco deletes it.
    return new ClientConnection(socket, dispatcher_, watch_, keep_alive_);  // NOLINT(cppcoreguidelines-owning-memory)
  }

 private:
  Dispatcher& dispatcher_;
  ConnectionWatch& watch_;
  std::chrono::seconds keep_alive_;
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

net::TCPServerParams::Ptr params_of(const ServerSettings& settings) {
  net::TCPServerParams::Ptr params(new net::TCPServerParams);
  params->setMaxThreads(settings.threads);
  params->setMaxQueued(kQueuedConnections);
  return params;
}

}  // namespace

struct Server::State {
  State(const ServerSettings& settings, Dispatcher& dispatcher)
      : watch(settings.keep_alive + settings.request_deadline),
        pool("http", 2, settings.threads + 1),
        socket(net::SocketAddress(settings.address.text(), settings.port)),
        server(new ConnectionFactory(dispatcher, watch, settings.keep_alive), pool, socket, params_of(settings)) {
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
