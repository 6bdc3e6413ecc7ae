#pragma once

/// @file tests/contract/fabric/real_controller.h
/// A real zerotier-one, for whoever has one at hand: the same tests then say whether the simulator tells the truth.

#include <cstdint>
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace ztix::test {

/// Starts the program named by ZTIX_REAL_ZEROTIER on a free port in a folder of its own; ends it on destruction.
///
/// It would talk to ZeroTier's public servers, so it is started only where there is no way out: run the tests with
/// `unshare -n sh -c 'ip link set lo up; exec …'`. @throws std::runtime_error if there is a route.
class RealController {
 public:
  /// False if ZTIX_REAL_ZEROTIER is not set.
  [[nodiscard]] static bool is_wanted();

  /// @param settings_json `settings` of local.conf, an object.
  explicit RealController(const std::string& settings_json);
  ~RealController();
  RealController(const RealController&) = delete;
  RealController& operator=(const RealController&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  std::filesystem::path home_;
  std::uint16_t port_;
  pid_t process_ = -1;
  std::string address_;
  std::string token_;
};

}  // namespace ztix::test
