#pragma once

/// @file app/http/message.h
/// A request and its answer, as handlers see them: no socket, no library.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ztix::app {

/// Names of header fields and of authentication schemes compare without case (RFC 9110 §5.1, §11.1).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// Header fields in the order they came; names compare without case.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  /// Replaces what is there under this name.
  void set(std::string_view name, std::string_view value);
  /// The value of the only field of that name; nullopt when there is none *or more than one*: of two values nobody can
  /// say which one another program on the way believed.
  [[nodiscard]] std::optional<std::string> only(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  /// All fields of that name joined, as a list header may be split (RFC 9110 §5.3; cookies: "; ", RFC 9113 §8.2.3).
  [[nodiscard]] std::string joined(std::string_view name, std::string_view separator = ", ") const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method;
  /// As it came, percent-encoded, without the query.
  std::string path;
  std::string query;
  Headers headers;
  std::string body;
  /// Address of the other end of the connection, without port.
  std::string peer_address;
};

struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// Of the page's scripts, for its Content-Security-Policy; empty = the answer has no script.
  std::string csp_nonce = {};
  /// The connection is closed afterwards, because what follows on it cannot be trusted.
  bool close = false;
};

}  // namespace ztix::app
