#pragma once

/// @file lab/peeringdb/http.h
/// HTTP around a table of functions. Each part of the simulator adds its own rows.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::peeringdb {

/// A request as far as the simulator looks at it.
struct Call {
  std::string method;
  std::string path;  ///< decoded, without the query
  std::map<std::string, std::string> query;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;

  /// Empty when there is none.
  [[nodiscard]] std::string header(const std::string& name) const;
  [[nodiscard]] std::string parameter(const std::string& name) const;
  /// The body as application/x-www-form-urlencoded.
  [[nodiscard]] std::map<std::string, std::string> form() const;
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers = {};
};

[[nodiscard]] Reply json_reply(const nlohmann::json& body, int status = 200);

/// Exact method and path; HEAD is answered by GET's row.
class Router {
 public:
  using Handler = std::function<Reply(const Call&)>;
  /// @param fault_name  the word under which /admin/faults breaks this address; empty = never broken.
  void add(std::string method, std::string path, std::string fault_name, Handler handler);

  struct Row {
    std::string method;
    std::string path;
    std::string fault_name;
    Handler handler;
  };
  /// nullptr when nothing is there.
  [[nodiscard]] const Row* find(const Call& call) const;

 private:
  std::vector<Row> rows_;
};

/// Serves until destroyed.
class HttpServer {
 public:
  /// @param port 0: any free one. @throws Poco::Exception if the address cannot be bound.
  HttpServer(const std::string& address, std::uint16_t port, Router::Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ztix::lab::peeringdb
