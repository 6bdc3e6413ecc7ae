#include "tests/support/raw_http_client.h"

#include <array>
#include <cctype>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace ztix::test {

namespace {

constexpr time_t kSeconds = 60;  // a 50 MB body under ThreadSanitizer on a busy machine

/// Closes on destruction.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{kSeconds, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_in target{};
    target.sin_family = AF_INET;
    target.sin_port = htons(port);
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
      ::close(socket_);
      throw std::runtime_error("nobody listens on port " + std::to_string(port));
    }
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& bytes) const {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;  // a server may refuse before it has read everything; its reply says so
      sent += static_cast<std::size_t>(count);
    }
  }

  /// False at the end of the connection.
  [[nodiscard]] bool receive(std::string& into) const {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

 private:
  int socket_;
};

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

RawReply parse_head(const std::string& head) {
  RawReply reply;
  if (!head.starts_with("HTTP/1.1 ")) throw std::runtime_error("not an HTTP reply: " + head.substr(0, 80));
  reply.status = std::stoi(head.substr(9, 3));
  std::size_t line = head.find("\r\n");
  while (line != std::string::npos) {
    const std::size_t start = line + 2;
    line = head.find("\r\n", start);
    const std::string text = head.substr(start, line == std::string::npos ? line : line - start);
    const std::size_t colon = text.find(": ");
    if (colon == std::string::npos) continue;
    auto& value = reply.headers[lower(text.substr(0, colon))];
    value += (value.empty() ? "" : "\n") + text.substr(colon + 2);
  }
  return reply;
}

}  // namespace

RawReply send_raw(std::uint16_t port, const std::string& request, bool expects_body) {
  const Connection connection(port);
  connection.send(request);
  std::string received;
  std::size_t end = std::string::npos;
  while ((end = received.find("\r\n\r\n")) == std::string::npos) {
    if (!connection.receive(received)) throw std::runtime_error("the connection ended before a reply");
  }
  RawReply reply = parse_head(received.substr(0, end));
  if (!expects_body) return reply;
  reply.body = received.substr(end + 4);
  const auto length = reply.headers.find("content-length");
  const std::size_t wanted = length == reply.headers.end() ? std::string::npos : std::stoul(length->second);
  while (reply.body.size() < wanted && connection.receive(reply.body)) {
  }
  return reply;
}

std::string converse_raw(std::uint16_t port, const std::string& bytes) {
  const Connection connection(port);
  connection.send(bytes);
  std::string received;
  while (connection.receive(received)) {
  }
  return received;
}

}  // namespace ztix::test
