#pragma once

/// @file app/server.h
/// HTTP over Poco: one thread a connection, all of them bounded in number and in time.

#include <chrono>
#include <memory>

#include "app/dispatcher.h"
#include "core/base/result.h"
#include "core/net/ip_address.h"

namespace ztix::app {

struct ServerSettings {
  IpAddress address;
  std::uint16_t port = 0;  ///< 0 = any free one, see Server::port()
  int threads = 64;
  /// How long a connection may stay without a request.
  std::chrono::seconds keep_alive{4};
  /// How long a whole request, head and body, may take to arrive. Poco's own time-out is per read, so a client that
  /// sends a byte now and then would keep its thread for ever.
  std::chrono::seconds request_deadline{12};
};

class Server {
 public:
  /// unavailable when it cannot listen there.
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, Dispatcher& dispatcher);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops accepting, lets what is being answered finish, ends idle connections.
  ~Server();

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ztix::app
