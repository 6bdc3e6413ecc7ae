#pragma once

/// @file core/remote/ssh_channel.h
/// One command on an open, non-blocking libssh session. Private to core/remote.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <libssh/libssh.h>

#include "core/base/result.h"
#include "core/remote/helper_reply.h"

namespace ztix::remote {

/// Opens a channel, runs one command, drains both streams. The deadline is ours: libssh's own time-outs start anew with
/// every packet, so a host that answers one byte a second would hold a caller for ever.
class SshChannel {
 public:
  SshChannel(ssh_session session, std::chrono::steady_clock::time_point deadline);

  /// See SshSession::run().
  Result<HelperReply> run(const std::string& command, std::string_view input);

 private:
  /// Calls `step` until it is no longer SSH_AGAIN, waiting for the socket in between.
  template <class Step>
  Status until_done(Step step);
  Status converse(std::string_view input, HelperReply& reply);
  /// @return how many bytes went out, 0 while the window is closed.
  Result<std::size_t> write_some(std::string_view input);
  Result<bool> read_some(bool from_errors, std::string& into);
  [[nodiscard]] bool is_over(HelperReply& reply) const;
  /// False when the deadline has passed.
  [[nodiscard]] bool wait_for_socket() const;
  [[nodiscard]] Error lost(std::string_view reason) const;

  struct Free {
    void operator()(ssh_channel channel) const noexcept {
      ssh_channel_close(channel);
      ssh_channel_free(channel);
    }
  };
  ssh_session session_;
  std::chrono::steady_clock::time_point deadline_;
  std::unique_ptr<std::remove_pointer_t<ssh_channel>, Free> channel_;
};

}  // namespace ztix::remote
