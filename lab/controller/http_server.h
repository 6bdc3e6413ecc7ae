#pragma once

/// @file lab/controller/http_server.h
/// HTTP around a function from Call to Reply, with the limits and connection rules of the real controller.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "lab/controller/api.h"

namespace ztix::lab::controller {

/// A Reply with this status is not sent: the connection is cut instead.
inline constexpr int kCutConnection = 0;

/// Serves until destroyed. As recorded: eight threads, a connection is closed after 5 requests or 5 s idle, a form body
/// over 8192 bytes is 413, a URI over 8192 characters 414, a header over 8192 bytes 400.
class HttpServer {
 public:
  using Handler = std::function<Reply(const Call&)>;

  /// @param port 0: any free one. @throws Poco::Exception if the address cannot be bound.
  HttpServer(const std::string& address, std::uint16_t port, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ztix::lab::controller
