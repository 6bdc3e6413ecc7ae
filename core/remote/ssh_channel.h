#pragma once

/// @file core/remote/ssh_channel.h
/// One command on an open, non-blocking libssh session, or a helper that answers one call after another on it. Private
/// to core/remote.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <libssh/libssh.h>

#include "core/base/result.h"
#include "core/remote/helper_reply.h"

namespace ztix::remote {

/// Opens a channel, runs one command, drains both streams. The deadlines are ours: libssh's own time-outs start anew
/// with every packet, so a host that answers one byte a second would hold a caller for ever.
class SshChannel {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  explicit SshChannel(ssh_session session);

  /// See SshSession::run().
  Result<HelperReply> run(const std::string& command, std::string_view input, TimePoint deadline);

  /// Starts `ztix-rs serve`. @return false when the host has none: a helper of before, or no more channels.
  Result<bool> serve(TimePoint deadline);
  /// One call of a helper that serves; errors as of run(). After an answer with another exit code than 0 to a call with
  /// `input`, and after any error, this channel is of no more use.
  Result<HelperReply> ask(const std::string& words, std::string_view input, TimePoint deadline);
  /// True when nothing more can come.
  [[nodiscard]] bool is_closed() const;

 private:
  /// What ends a conversation.
  enum class Until : std::uint8_t { end, answer, line };
  Status start(const std::string& command);
  Result<HelperReply> answer_to(std::string_view call);
  /// Calls `step` until it is no longer SSH_AGAIN, waiting for the socket in between.
  template <class Step>
  Status until_done(Step step);
  Status converse(std::string_view input, Until until, HelperReply& reply);
  /// @return how many bytes went out, 0 while the window is closed.
  Result<std::size_t> write_some(std::string_view input);
  Result<bool> read_some(bool from_errors, std::string& into);
  [[nodiscard]] bool is_over(Until until, HelperReply& reply) const;
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
  TimePoint deadline_;
  std::unique_ptr<std::remove_pointer_t<ssh_channel>, Free> channel_;
};

}  // namespace ztix::remote
