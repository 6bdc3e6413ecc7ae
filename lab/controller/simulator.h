#pragma once

/// @file lab/controller/simulator.h
/// A ZeroTier controller's API without ZeroTier: what the lab and the tests run against.
///
/// Held against recordings of the real one by tests/contract/fabric/recordings_test.cpp. Not imitated: lost updates and
/// corrupt files of concurrent writers (requests are handled one at a time), the 43 ms of kept-alive connections, and
/// everything of zerotier-one that is not the controller.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "lab/controller/faults.h"
#include "lab/controller/home.h"
#include "lab/controller/state_store.h"

namespace ztix::lab::controller {

struct SimulatorOptions {
  std::filesystem::path home;
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one
  std::string address;     ///< ten hexadecimal digits for a new home; empty: random
  std::string hook;        ///< path of a command, see HookRunner; empty: none
  bool online = false;     ///< what /status says; a controller that serves only its API says false
};

/// Runs from construction to destruction. State and identity are in the home folder and survive.
class Simulator {
 public:
  explicit Simulator(const SimulatorOptions& options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] const Home& home() const;
  [[nodiscard]] Faults& faults();

  /// Plays a node asking for its configuration. False if there is no such network.
  bool node_asks(NetworkId network, NodeId node);

  /// Serves `POST /faults` and `POST /node-asks/NETWORK/NODE` without a token, for tests that run the program.
  void serve_control(const std::string& address, std::uint16_t port);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ztix::lab::controller
