#include <chrono>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

/// A client that stays connected after its answer, as browsers do.
class IdleClient {
 public:
  explicit IdleClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    const std::string request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(::write(descriptor_, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
    char byte = 0;
    REQUIRE(::read(descriptor_, &byte, 1) == 1);
  }
  IdleClient(const IdleClient&) = delete;
  IdleClient& operator=(const IdleClient&) = delete;
  ~IdleClient() { ::close(descriptor_); }

 private:
  int descriptor_;
};

TEST_CASE("The application stops at once although browsers keep their connections open") {
  AppWorld world;
  const IdleClient one(world.running->port());
  const IdleClient two(world.running->port());
  const auto began = std::chrono::steady_clock::now();
  world.running.reset();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
}

TEST_CASE("What is being answered while the application stops is answered") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto port = world.running->port();
  const std::string body = json{{"username", "alice"}, {"password", kPassword}}.dump();
  const std::string request =
      "POST /api/v1/auth/local/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
  const auto attempts = [&world] { return world.count("audit WHERE action = 'login.succeeded'"); };
  const auto before = attempts();
  RawReply reply;
  std::jthread client([&] { reply = send_raw(port, request); });
  // The session exists and its audit row is written last: from then on only the reply is missing.
  while (attempts() == before) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  world.running.reset();
  client.join();
  CHECK(reply.status == 200);
}

}  // namespace
}  // namespace ztix::test
