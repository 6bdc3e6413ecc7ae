#pragma once

/// @file route-server/helper/bird_socket.h
/// BIRD's control socket: one batch of commands at a time.

#include <chrono>
#include <string>
#include <vector>

#include "core/base/descriptor.h"
#include "core/base/result.h"
#include "route-server/helper/bird_reply.h"

namespace ztix::helper {

/// Open for the bird group; connected with the first batch, for one call of the helper.
class BirdSocket {
 public:
  explicit BirdSocket(std::string path) : path_(std::move(path)) {}

  /// Sends as many at once as BIRD keeps, for it carries out one after the other, and waits for all answers.
  /// @return what BIRD said, or
  ///   - unavailable  nobody listens, or it ended;
  ///   - timeout      not all answers within 20 s.
  Result<BirdReplies> ask(const std::vector<std::string>& commands);

  /// When this BIRD made its socket, `-` without one. What `show status` prints is worked out anew each time and
  /// differs by some microseconds from one answer to the next (measured), so it cannot tell whether two answers came
  /// from one BIRD.
  [[nodiscard]] std::string started() const;

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  Status connect(TimePoint deadline);
  Result<std::vector<BirdReply>> converse(const std::vector<std::string>& commands, TimePoint deadline);
  Status exchange(const std::string& out, ReplyReader& reader, TimePoint deadline);
  /// @return how much of `out` is gone.
  Result<std::size_t> send_some(std::string_view out);
  Status receive_some(ReplyReader& reader);

  std::string path_;
  Descriptor socket_;
};

}  // namespace ztix::helper
