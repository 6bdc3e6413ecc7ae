#include <fstream>
#include <thread>

#include "core/remote/ssh_route_server_hosts.h"
#include "tests/contract/remote/route_server_host_contract.h"
#include "tests/support/bird_host.h"

namespace ztix::test {
namespace {

/// libssh, sshd, the forced command, ztix-rs and BIRD.
class OverSsh {
 public:
  OverSsh() { host_.start_sshd(); }
  service::RouteServerHosts& hosts() { return hosts_; }
  [[nodiscard]] service::RouteServerEndpoint endpoint() const { return host_.endpoint(); }
  /// BIRD's clock cannot be turned: until nothing is armed any more.
  void pass(std::chrono::seconds limit) const {
    const auto deadline = std::chrono::steady_clock::now() + limit + std::chrono::seconds(10);
    while (host_.birdc("configure status").find("0022-") != std::string::npos) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  void kill_bird() { host_.kill_bird(); }
  void start_bird() { host_.start_bird(); }
  void corrupt(const std::string& digest) const {
    std::ofstream(host_.state_file("object-" + digest + ".conf"), std::ios::app) << "\n# flipped\n";
  }
  void set_reachable(bool reachable) {
    if (reachable) {
      host_.start_sshd();
    } else {
      host_.stop_sshd();
    }
  }

  /// Of the day, from 2026-11-21T05:14:22.117.
  static long milliseconds(const std::string& since) {
    const auto time = since.substr(since.find('T') + 1);
    return ((std::stol(time.substr(0, 2)) * 60 + std::stol(time.substr(3, 2))) * 60 + std::stol(time.substr(6, 2))) *
               1000 +
           std::stol(time.substr(9, 3));
  }

 private:
  BirdHost host_;
  remote::SshRouteServerHosts hosts_{{host_.private_key_path()}};
};
}  // namespace
}  // namespace ztix::test

TYPE_TO_STRING_AS("over SSH", ztix::test::OverSsh);

namespace ztix::test {
namespace {

ZTIX_ROUTE_SERVER_HOST_CONTRACT(OverSsh);

}  // namespace
}  // namespace ztix::test
