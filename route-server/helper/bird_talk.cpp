#include "route-server/helper/bird_talk.h"

#include <array>
#include <cstdio>

namespace ztix::helper {
namespace {

constexpr int kReading = 2;  // `0002-Reading configuration from …`

}  // namespace

ExitCode need_bird(Call& call, const std::vector<std::string>& commands, BirdReplies& replies) {
  auto answered = call.bird.ask(commands);
  if (answered) {
    replies = std::move(answered).value();
    return ExitCode::done;
  }
  if (answered.error().code == ErrorCode::timeout) return call.answer.refuse("bird_busy", ExitCode::later);
  call.answer.say({"bird_down"});
  return ExitCode::bird_down;
}

ExitCode observe(Call& call, BirdStatus& status) {
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, observing(), replies));
  status = read_status(replies);
  return ExitCode::done;
}

void say_replies(Call& call, const BirdReply& reply) {
  for (const auto& line : reply.lines) {
    if (line.goes_on || line.code == kReading) continue;
    std::array<char, 8> code{};
    std::snprintf(code.data(), code.size(), "%04d", line.code);
    call.answer.say({"reply", code.data(), line.text});
  }
}

std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace ztix::helper
