#include "route-server/helper/bird_reply.h"

#include <algorithm>

namespace ztix::helper {
namespace {

constexpr std::size_t kHead = 5;  // `NNNN-`

bool has_head(std::string_view line) noexcept {
  return line.size() >= kHead &&
         std::all_of(line.begin(), line.begin() + 4, [](char c) { return c >= '0' && c <= '9'; }) &&
         (line[4] == ' ' || line[4] == '-');
}

int code_of(std::string_view line) noexcept {
  int code = 0;
  for (const char digit : line.substr(0, 4)) code = code * 10 + (digit - '0');
  return code;
}

}  // namespace

bool BirdReply::has(int code) const noexcept {
  return std::any_of(lines.begin(), lines.end(),
                     [code](const ReplyLine& line) { return line.code == code && !line.goes_on; });
}

const BirdReply& BirdReplies::to(std::string_view command) const noexcept {
  static const BirdReply none;
  const auto found = std::find_if(replies_.rbegin(), replies_.rend(),
                                  [command](const BirdReply& reply) { return reply.command == command; });
  return found == replies_.rend() ? none : *found;
}

ReplyReader::ReplyReader(const std::vector<std::string>& commands) {
  for (const auto& command : commands) replies_.push_back({command, {}});
}

void ReplyReader::take(std::string_view bytes) {
  while (!is_complete() && !bytes.empty()) {
    const auto end = bytes.find('\n');
    cut_.append(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    take_line(cut_);
    cut_.clear();
  }
}

void ReplyReader::take_line(std::string_view line) {
  auto& lines = replies_[answered_].lines;
  if (line.starts_with(' ')) {
    lines.push_back({code_, true, std::string(line.substr(1))});
    return;
  }
  if (!has_head(line)) return;  // `+…` is news for somebody who watches BIRD
  code_ = code_of(line);
  if (code_ != 0) lines.push_back({code_, false, std::string(line.substr(kHead))});
  if (line[4] == ' ') ++answered_;
}

}  // namespace ztix::helper
