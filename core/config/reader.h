#pragma once

/// @file core/config/reader.h
/// Turns text of the environment into values and collects what is wrong with it, all of it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/secret_string.h"
#include "core/config/declarations.h"
#include "core/config/environment.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ip_address.h"
#include "core/net/prefix.h"

namespace ztix::config {

/// Where a server listens.
struct ListenAddress {
  IpAddress address;
  std::uint16_t port = 0;
  /// `127.0.0.1:8080` or `[::1]:8080`.
  [[nodiscard]] std::string text() const {
    return (address.is_ipv4() ? address.text() : "[" + address.text() + "]") + ":" + std::to_string(port);
  }
};

/// Every getter names a declared setting (else std::logic_error) and returns its value, or its default, or notes an
/// error and returns something harmless: the caller goes on, so that a person sees all errors at once.
class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  std::string text(const std::string& name);
  std::string required_text(const std::string& name);
  bool flag(const std::string& name);
  std::int64_t integer(const std::string& name);
  std::chrono::seconds seconds(const std::string& name) { return std::chrono::seconds(integer(name)); }
  std::chrono::milliseconds milliseconds(const std::string& name) { return std::chrono::milliseconds(integer(name)); }
  /// One of the declaration's choices.
  std::string word(const std::string& name);
  /// http or https without user information, query or fragment, and without a slash at its end; empty when not set.
  std::string web_url(const std::string& name);
  std::string required_web_url(const std::string& name);
  ListenAddress listen(const std::string& name);
  std::vector<Prefix> prefixes(const std::string& name);
  std::vector<domain::ZtNetworkId> networks(const std::string& name);
  /// NAME or the contents of NAME_FILE without the line ends at its end; empty when neither is set.
  SecretString secret(const std::string& name);
  SecretString required_secret(const std::string& name);
  /// The contents of the file that NAME names; NAME itself ends in _FILE. Empty when not set.
  SecretString secret_file(const std::string& name);

  void complain(const std::string& name, const std::string& what) { errors_.push_back(name + ": " + what); }
  [[nodiscard]] const std::vector<std::string>& errors() const noexcept { return errors_; }

 private:
  std::optional<std::string> given(const std::string& name);
  std::string or_default(const std::string& name);
  SecretString file_contents(const std::string& name, const std::string& path);
  void refuse_sample(const std::string& name, const SecretString& value);

  const Environment& environment_;
  std::vector<std::string> errors_;
};

}  // namespace ztix::config
