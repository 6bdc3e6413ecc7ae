#pragma once

/// @file bench/fleet/peers.h
/// What people use to bring one change to many hosts, doing the same work on the same hosts.

#include <string>

#include "bench/fleet/fleet.h"

#include "tests/support/process.h"

namespace ztix::bench {

/// A login without the forced command on every route server, for as long as this object lives.
class OpenLogin {
 public:
  explicit OpenLogin(Fleet& fleet);
  OpenLogin(const OpenLogin&) = delete;
  OpenLogin& operator=(const OpenLogin&) = delete;
  ~OpenLogin();
  [[nodiscard]] std::string key() const { return folder_.path() + "/key"; }
  [[nodiscard]] const test::TempFolder& folder() const { return folder_; }

 private:
  [[nodiscard]] std::string authorized_keys(const RouteServer& server) const;

  Fleet& fleet_;
  test::TempFolder folder_;
};

/// parallel-ssh: one exec on each host stores the object and the root, checks and configures with a timer.
class ParallelSsh {
 public:
  explicit ParallelSsh(Fleet& fleet);
  /// Milliseconds; every host has armed, and it is undone afterwards.
  double put_check_arm();

 private:
  Fleet& fleet_;
  OpenLogin login_;
};

/// ansible-playbook with its default forks: the module `copy` brings the whole configuration as one file, `command`
/// lets BIRD check it.
class Ansible {
 public:
  explicit Ansible(Fleet& fleet);
  double copy_and_check();

 private:
  Fleet& fleet_;
  OpenLogin login_;
};

}  // namespace ztix::bench
