#pragma once

/// @file lab/peeringdb/simulator.h
/// A PeeringDB on loopback: what the lab and the tests log in at. Each half brings its own rows of the router: the
/// login is oauth.h, the data is api.h, switches for tests are `/admin/…`.
///
///     POST /admin/faults       a FaultPlan; replaces the one before, `{}` = none
///     POST /admin/directory    other people and networks, see directory.h
///     POST /admin/rotate-key   ID tokens are signed by a new key

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "lab/peeringdb/oauth.h"

namespace ztix::lab::peeringdb {

struct SimulatorOptions {
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;           ///< 0: any free one
  std::string public_host;          ///< name in addresses; empty = listen_address
  std::filesystem::path directory;  ///< JSON, see directory.h
  Client client;
};

/// Runs from construction to destruction. Nothing survives.
class Simulator {
 public:
  explicit Simulator(const SimulatorOptions& options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ztix::lab::peeringdb
