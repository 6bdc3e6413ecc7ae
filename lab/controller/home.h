#pragma once

/// @file lab/controller/home.h
/// The home folder: who the controller is and what opens it. Read at start only, like the real one.

#include <filesystem>
#include <string>

namespace ztix::lab::controller {

/// What the home folder says. Missing files are made: identity.{public,secret}, authtoken.secret, metricstoken.secret.
struct Home {
  std::filesystem::path folder;
  std::string address;          ///< ten lower-case hexadecimal digits: the prefix of every network id
  std::string public_identity;  ///< `address:0:<128 hexadecimal digits>`
  std::string auth_token;       ///< 24 characters of [a-z0-9]
  std::string metrics_token;    ///< opens /metrics only
  std::string settings_json;    ///< `settings` of local.conf, an object; "{}" if there is none

  /// Opens the folder, creating what is missing.
  /// @param wanted_address empty, or the address of a home without identity.
  /// @throws std::runtime_error if the home's identity has another address, std::system_error on file errors.
  [[nodiscard]] static Home open(const std::filesystem::path& folder, const std::string& wanted_address);
};

}  // namespace ztix::lab::controller
