#include "tests/contract/fabric/real_controller.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/raw_http_client.h"

namespace ztix::test {

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// /proc/net/route has one heading line; any other line is a way out.
void require_no_way_out() {
  std::ifstream routes("/proc/self/net/route");
  std::string line;
  std::getline(routes, line);
  if (std::getline(routes, line)) {
    throw std::runtime_error("ZTIX_REAL_ZEROTIER: start the tests in a network namespace without routes (unshare -n)");
  }
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(socket);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

void wait_until_it_answers(std::uint16_t port) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < give_up) {
    try {
      if (send_raw(port, "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status == 200) return;
    } catch (const std::runtime_error&) {
      // Not listening yet.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("zerotier-one does not answer");
}

}  // namespace

bool RealController::is_wanted() { return std::getenv("ZTIX_REAL_ZEROTIER") != nullptr; }

RealController::RealController(const std::string& settings_json) : port_(free_port()) {
  require_no_way_out();
  std::string pattern = (fs::temp_directory_path() / "ztix-real-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  home_ = pattern;
  std::ofstream(home_ / "local.conf") << "{\"settings\":" << settings_json << "}";
  const char* program = std::getenv("ZTIX_REAL_ZEROTIER");
  if (program == nullptr) throw std::runtime_error("ZTIX_REAL_ZEROTIER is not set");
  std::string port_option = "-p" + std::to_string(port_);
  std::string home = home_.string();
  process_ = ::fork();
  if (process_ == 0) {
    ::execl(program, program, "-U", port_option.c_str(), home.c_str(), nullptr);
    ::_exit(127);
  }
  wait_until_it_answers(port_);
  address_ = read_file(home_ / "identity.public").substr(0, 10);
  token_ = read_file(home_ / "authtoken.secret");
}

RealController::~RealController() {
  if (process_ > 0) {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(home_, ignored);
}

}  // namespace ztix::test
