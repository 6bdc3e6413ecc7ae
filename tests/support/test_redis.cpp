#include "tests/support/test_redis.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ztix::test {
namespace {

constexpr const char* kPassword = "redis-of-a-test";

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::string append_only_file(TestRedis::Disk disk) {
  if (disk == TestRedis::Disk::none) return "appendonly no";
  return disk == TestRedis::Disk::every_second ? "appendonly yes\nappendfsync everysec"
                                               : "appendonly yes\nappendfsync always";
}

}  // namespace

std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t length = sizeof address;
  const bool bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
                     ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) == 0;
  ::close(descriptor);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

TestRedis::TestRedis(Disk disk) : port_(free_port()) {
  folder_.write("redis.conf", "bind 127.0.0.1\nport " + std::to_string(port_) + "\nrequirepass " + kPassword +
                                  "\nsave \"\"\n" + append_only_file(disk) + "\ndir " + folder_.path() + "\n");
  start();
}

std::string TestRedis::url() const {
  return "redis://:" + std::string(kPassword) + "@127.0.0.1:" + std::to_string(port_) + "/0";
}

bool TestRedis::answers() const {
  const auto reply = run({"redis-cli", "--no-auth-warning", "-p", std::to_string(port_), "-a", kPassword, "PING"});
  return reply.out.starts_with("PONG");
}

void TestRedis::start() {
  child_.emplace(std::vector<std::string>{"redis-server", folder_.path() + "/redis.conf"}, folder_.path() + "/log");
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  while (!answers()) {
    if (!child_->is_running() || std::chrono::steady_clock::now() > until) {
      throw std::runtime_error("redis-server does not start: " + read_file(folder_.path() + "/log"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void TestRedis::stop() { child_.reset(); }

void TestRedis::flush_all() const {
  run_or_throw({"redis-cli", "--no-auth-warning", "-p", std::to_string(port_), "-a", kPassword, "FLUSHALL"});
}

}  // namespace ztix::test
