#pragma once

/// @file tests/support/bird_host.h
/// A real route-server host on this machine: BIRD, sshd and ztix-rs, installed by route-server/install into namespaces
/// of its own. Needs root; touches nothing outside a folder below /tmp. Everything ends with this object.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/service/ports/route_server_host.h"
#include "tests/support/process.h"

namespace ztix::test {

class BirdHost {
 public:
  struct Options {
    std::string router_id = "192.0.2.1";
    int disk_kib = 0;  ///< > 0: /var/lib is a memory disk of this size
  };
  BirdHost() : BirdHost(Options{}) {}
  explicit BirdHost(const Options& options);
  BirdHost(const BirdHost&) = delete;
  BirdHost& operator=(const BirdHost&) = delete;
  ~BirdHost();

  /// The forced command with these words, as user ztix and without sshd.
  Finished helper(const std::string& words, const std::string& input = {}) const;
  /// A program on the host, as root.
  Finished inside(const std::vector<std::string>& words, const std::string& input = {}) const;
  /// One `birdc -v` command; its output whatever the exit code.
  std::string birdc(const std::string& command) const;

  /// As the systemd drop-in does: user bird, only CAP_NET_BIND_SERVICE. Returns when BIRD answers.
  void start_bird();
  /// SIGKILL: the socket stays behind, as after a crash.
  void kill_bird();
  /// SIGSTOP and SIGCONT.
  void freeze_bird() const;
  void thaw_bird() const;

  /// sshd on 127.0.0.1 of the machine, in the host's file system. Returns when it answers.
  void start_sshd();
  void stop_sshd();

  [[nodiscard]] service::RouteServerEndpoint endpoint() const;
  [[nodiscard]] std::string private_key_path() const { return folder_.path() + "/id"; }
  /// A file below /var/lib/ztix-rs, as seen from outside; not with a memory disk.
  [[nodiscard]] std::string state_file(const std::string& name) const {
    return folder_.path() + "/var-lib/ztix-rs/" + name;
  }
  [[nodiscard]] std::string boot_target() const;
  /// A process inside, as seen from outside: its network namespace can be given a link.
  [[nodiscard]] const std::string& pid() const { return pid_; }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }

 private:
  [[nodiscard]] std::vector<std::string> enter(bool with_network) const;
  [[nodiscard]] std::string bird_pid() const;

  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::string host_key_;
  std::string pid_;  ///< of the first process inside
  std::optional<Child> holder_;
  std::optional<Child> bird_;
  std::optional<Child> sshd_;
};

}  // namespace ztix::test
