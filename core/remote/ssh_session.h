#pragma once

/// @file core/remote/ssh_session.h
/// One SSH connection to a pinned host: connect, run commands, never trust by accident.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/remote/helper_reply.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::remote {

/// How this process speaks SSH. Where to is service::RouteServerEndpoint.
struct SshSettings {
  std::string private_key_path;                       ///< OpenSSH private key without passphrase, 0600
  std::chrono::seconds connect_timeout{5};            ///< for TCP and again for the handshake
  std::chrono::seconds call_timeout{45};              ///< for `probe have put check status disable enable gc persist`
  std::chrono::seconds reconfiguration_timeout{120};  ///< for `arm` and `undo`, which wait for BIRD
};

/// A connection whose host key was compared with the pinned one and whose user is logged in.
///
/// Not for several threads at a time. No configuration file of OpenSSH, no agent and no forwarding is ever used: what
/// this program trusts stands in its own database.
class SshSession {
 public:
  /// @return the session, or
  ///   - unavailable       no connection, or it broke during the handshake;
  ///   - timeout           the host stayed silent;
  ///   - forbidden         `host_key_mismatch`: not the pinned key (facts: `fingerprint` of what it presented);
  ///   - unauthenticated   `ssh_login_refused`: the host does not accept our key for that user;
  ///   - internal          `ssh_private_key`: our key file cannot be read.
  static Result<SshSession> open(const service::RouteServerEndpoint& endpoint, const SshSettings& settings);

  /// The key a host presents, `ssh-ed25519 AAAA…`, without logging in or trusting it.
  static Result<std::string> scan_host_key(const std::string& host, std::uint16_t port, std::chrono::seconds timeout);

  /// Runs one command, writes `input` to it and drains both its streams until it ends.
  ///
  /// @param deadline  for the whole call; then the connection is closed, for nobody knows what it would say next.
  /// @return what the command answered, or `timeout`, `unavailable` (connection lost: the command may have run), or
  ///   `unavailable` with reason `not_started` (the command did not run: try again over a new session).
  Result<HelperReply> run(const std::string& command, std::string_view input, std::chrono::milliseconds deadline);

  /// The same call of the helper through one that is kept running where the host has such a one, which saves both sides
  /// most of the work; else through run(). Not for `get`, whose answer is no text.
  Result<HelperReply> ask(const std::string& words, std::string_view input, std::chrono::milliseconds deadline);

  [[nodiscard]] bool is_open() const;

 private:
  struct State;
  struct Closer {
    void operator()(State* state) const noexcept;
  };
  Status ensure_serving(std::chrono::steady_clock::time_point deadline);
  void disconnect();
  explicit SshSession(std::unique_ptr<State, Closer> state) : state_(std::move(state)) {}
  std::unique_ptr<State, Closer> state_;
};

}  // namespace ztix::remote
