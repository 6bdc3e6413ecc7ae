#pragma once

/// @file route-server/helper/bird_reply.h
/// The answers of BIRD's control socket, as it was measured with 2.0.12. Pure; what comes is read as outside text
/// (fuzzed).
///
/// Each line is `NNNN-text`, or `NNNN text` as the last of an answer; one that begins with a blank goes on with the
/// code of the line before it. `0000 ` ends an answer without a word of its own.

#include <string>
#include <string_view>
#include <vector>

namespace ztix::helper {

struct ReplyLine {
  int code = 0;
  bool goes_on = false;  ///< it had no code of its own
  std::string text;
};

/// All that BIRD said to one command.
struct BirdReply {
  std::string command;
  std::vector<ReplyLine> lines;

  [[nodiscard]] bool has(int code) const noexcept;
};

/// What BIRD said to a batch of commands, in their order.
class BirdReplies {
 public:
  BirdReplies() = default;
  explicit BirdReplies(std::vector<BirdReply> replies) : replies_(std::move(replies)) {}

  /// The last one to this command; an empty one when it was not asked.
  [[nodiscard]] const BirdReply& to(std::string_view command) const noexcept;
  [[nodiscard]] const std::vector<BirdReply>& all() const noexcept { return replies_; }

 private:
  std::vector<BirdReply> replies_;
};

/// Takes bytes as they come until every command of a batch has its answer.
class ReplyReader {
 public:
  explicit ReplyReader(const std::vector<std::string>& commands);

  void take(std::string_view bytes);
  [[nodiscard]] bool is_complete() const noexcept { return answered_ == replies_.size(); }
  [[nodiscard]] std::vector<BirdReply> replies() && { return std::move(replies_); }

 private:
  void take_line(std::string_view line);

  std::vector<BirdReply> replies_;
  std::size_t answered_ = 0;
  int code_ = 0;
  std::string cut_;  ///< the beginning of a line whose end has not come
};

}  // namespace ztix::helper
