#include "core/remote/ssh_channel.h"

#include <algorithm>
#include <array>
#include <optional>

#include <poll.h>

#include "core/base/text.h"

namespace ztix::remote {
namespace {

/// More than any route server has to say (100,000 sessions); a host that sends more is broken or hostile.
constexpr std::size_t kMaxOutput = std::size_t{16} << 20U;
constexpr std::size_t kChunk = std::size_t{32} << 10U;
/// What a helper says first that takes calls from its input.
constexpr std::string_view kServing = "serving 1\n";
/// Its answer to a call that it did not carry out, because another version was installed meanwhile.
constexpr std::string_view kNotStarted = "-";

/// `CODE SIZE\n` before each answer of a helper that serves.
struct AnswerHead {
  std::string_view code;
  std::size_t size = 0;
  std::size_t length = 0;  ///< of the head itself
};

std::optional<AnswerHead> answer_head(std::string_view output) {
  const auto end = output.find('\n');
  const auto blank = output.substr(0, end).find(' ');
  if (end == std::string_view::npos || blank == std::string_view::npos) return std::nullopt;
  const auto size = parse_decimal<std::uint32_t>(output.substr(blank + 1, end - blank - 1));
  if (!size) return std::nullopt;
  return AnswerHead{output.substr(0, blank), *size, end + 1};
}

}  // namespace

SshChannel::SshChannel(ssh_session session) : session_(session), channel_(ssh_channel_new(session)) {}

Status SshChannel::start(const std::string& command) {
  if (!channel_) return lost("not_started");
  if (auto opened = until_done([this] { return ssh_channel_open_session(channel_.get()); }); !opened) {
    return std::move(opened).error().with_reason("not_started");
  }
  return until_done([this, &command] { return ssh_channel_request_exec(channel_.get(), command.c_str()); });
}

Result<HelperReply> SshChannel::run(const std::string& command, std::string_view input, TimePoint deadline) {
  deadline_ = deadline;
  ZTIX_CHECK(start(command));
  HelperReply reply;
  ZTIX_CHECK(converse(input, Until::end, reply));
  return reply;
}

Result<bool> SshChannel::serve(TimePoint deadline) {
  deadline_ = deadline;
  ZTIX_CHECK(start("serve"));
  HelperReply reply;
  ZTIX_CHECK(converse({}, Until::line, reply));
  return reply.output == kServing;
}

Result<HelperReply> SshChannel::ask(const std::string& words, std::string_view input, TimePoint deadline) {
  deadline_ = deadline;
  // Host, helper or connection may have ended while nobody spoke. Once a call is on its way nobody can tell whether it
  // was begun, so this is found out first.
  if (const auto there = answer_to("\n"); !there || !there->output.empty()) return lost("not_started");
  std::string call = words + "\n";
  if (!input.empty()) call.append(input).append("0\n");
  return answer_to(call);
}

Result<HelperReply> SshChannel::answer_to(std::string_view call) {
  HelperReply reply;
  ZTIX_CHECK(converse(call, Until::answer, reply));
  const auto head = answer_head(reply.output);
  if (!head) return lost("connection_lost");
  if (head->code == kNotStarted) return lost("not_started");
  reply.exit_code = parse_decimal<int>(head->code).value_or(-1);
  if (reply.output.size() != head->length + head->size) return lost("connection_lost");
  reply.output.erase(0, head->length);
  return reply;
}

bool SshChannel::is_closed() const {
  return ssh_channel_is_eof(channel_.get()) != 0 || ssh_channel_is_closed(channel_.get()) != 0;
}

template <class Step>
Status SshChannel::until_done(Step step) {
  for (;;) {
    const int answer = step();
    if (answer == SSH_OK) return {};
    if (answer != SSH_AGAIN) return lost("connection_lost");
    if (!wait_for_socket())
      return fail(ErrorCode::timeout, "The route server did not answer in time.").with_reason("deadline");
  }
}

/// Writes and drains in turns: a command that fills one pipe while we wait on another would hang us both.
Status SshChannel::converse(std::string_view input, Until until, HelperReply& reply) {
  bool all_written = until != Until::end;
  for (;;) {
    bool moved = false;
    if (!input.empty()) {
      ZTIX_ASSIGN(const auto written, write_some(input));
      input.remove_prefix(written);
      moved = written > 0;
    }
    if (input.empty() && !all_written) {
      if (ssh_channel_send_eof(channel_.get()) == SSH_ERROR) return lost("connection_lost");
      all_written = true;
    }
    ZTIX_ASSIGN(const bool some_output, read_some(false, reply.output));
    ZTIX_ASSIGN(const bool some_errors, read_some(true, reply.errors));
    moved = moved || some_output || some_errors;
    if (!moved && is_over(until, reply)) return {};
    if (!moved && ssh_is_connected(session_) == 0) return lost("connection_lost");
    if (!moved && !wait_for_socket()) {
      return fail(ErrorCode::timeout, "The route server did not finish in time.").with_reason("deadline");
    }
  }
}

Result<std::size_t> SshChannel::write_some(std::string_view input) {
  // The command has ended early: its answer says why, the rest of the input is of no interest.
  if (is_closed()) return input.size();
  const auto window = static_cast<std::size_t>(ssh_channel_window_size(channel_.get()));
  const auto size = std::min({input.size(), kChunk, window});
  if (size == 0) return std::size_t{0};
  const int written = ssh_channel_write(channel_.get(), input.data(), static_cast<std::uint32_t>(size));
  if (written == SSH_ERROR) {
    // The same, found while writing: libssh takes no more for a channel whose end it holds back until its output, the
    // answer, was read (`delayed_close`). Whether there is one, reading shows.
    if (ssh_is_connected(session_) != 0) return input.size();
    return lost("connection_lost");
  }
  return written < 0 ? std::size_t{0} : static_cast<std::size_t>(written);
}

Result<bool> SshChannel::read_some(bool from_errors, std::string& into) {
  std::array<char, kChunk> buffer{};
  const int count = ssh_channel_read_nonblocking(channel_.get(), buffer.data(),
                                                 static_cast<std::uint32_t>(buffer.size()), from_errors ? 1 : 0);
  if (count == SSH_EOF || count == SSH_AGAIN || count == 0) return false;
  if (count < 0) return lost("connection_lost");
  if (into.size() + static_cast<std::size_t>(count) > kMaxOutput) {
    return fail(ErrorCode::internal, "The route server sent too much.").with_reason("helper_answer");
  }
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool SshChannel::is_over(Until until, HelperReply& reply) const {
  if (until == Until::line && reply.output.find('\n') != std::string::npos) return true;
  if (until == Until::answer) {
    const auto head = answer_head(reply.output);
    return is_closed() || (head && reply.output.size() >= head->length + head->size);
  }
  if (ssh_channel_is_eof(channel_.get()) == 0) return false;
  reply.exit_code = ssh_channel_get_exit_status(channel_.get());
  return reply.exit_code != -1 || ssh_channel_is_closed(channel_.get()) != 0;
}

bool SshChannel::wait_for_socket() const {
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline_) return false;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - now).count();
  const bool wants_write = (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0;
  pollfd socket{ssh_get_fd(session_), static_cast<short>(POLLIN | (wants_write ? POLLOUT : 0)), 0};
  // Short, because libssh may hold bytes the kernel no longer shows.
  (void)::poll(&socket, 1, static_cast<int>(std::clamp<long long>(left, 1, 50)));
  return true;
}

Error SshChannel::lost(std::string_view reason) const {
  return fail(ErrorCode::unavailable, "The SSH connection to the route server broke.")
      .with_reason(reason)
      .with_detail(ssh_get_error(session_));
}

}  // namespace ztix::remote
