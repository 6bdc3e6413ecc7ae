#pragma once

/// @file route-server/helper/bird_talk.h
/// What verbs ask BIRD for, and what they say when it does not answer.

#include <string>
#include <vector>

#include "route-server/helper/bird_status.h"
#include "route-server/helper/call.h"

namespace ztix::helper {

/// All answers, or `bird_down`, or `refused bird_busy`.
ExitCode need_bird(Call& call, const std::vector<std::string>& commands, BirdReplies& replies);
/// The same for what runs.
ExitCode observe(Call& call, BirdStatus& status);

/// The lines of one answer as `reply CODE TEXT`, without "Reading configuration".
void say_replies(Call& call, const BirdReply& reply);

/// Commands one after the other.
[[nodiscard]] std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& second);

}  // namespace ztix::helper
