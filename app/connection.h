#pragma once

/// @file app/connection.h
/// One client's connection: requests in, answers out, until either side has enough.

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <Poco/Net/StreamSocket.h>

#include "app/connection_watch.h"
#include "app/dispatcher.h"
#include "app/http/head.h"

namespace ztix::app {

class Connection {
 public:
  /// @param keep_alive  how long it may stay without a request.
  Connection(Poco::Net::StreamSocket& socket, Dispatcher& dispatcher, ConnectionWatch& watch,
             std::chrono::seconds keep_alive);

  /// Answers until the connection ends. @throws Poco::Exception when it breaks.
  void run();

 private:
  /// nullopt when the client went away or sent nothing in time.
  std::optional<Result<Head>> read_head();
  Status read_body(Head& head);
  Status read_chunks(std::string& body);
  Result<std::string> take_line();
  /// How long the next fill() waits. @throws Poco::Exception
  void wait_at_most(std::chrono::seconds time);
  bool fill_to(std::size_t bytes);
  bool fill();
  void send_all(std::string_view bytes);
  void end_politely();

  Poco::Net::StreamSocket& socket_;
  Dispatcher& dispatcher_;
  std::chrono::seconds keep_alive_;
  std::chrono::seconds waits_at_most_{0};
  ConnectionWatch::Guard guard_;
  /// What has arrived and was not used yet; may begin the next request.
  std::string buffer_;
  std::array<char, 16'384> received_{};
};

}  // namespace ztix::app
