#pragma once

/// @file route-server/helper/call.h
/// One call: from its words to its answer. All that it knows and holds ends with it.

#include <string>
#include <string_view>

#include "route-server/helper/answer.h"
#include "route-server/helper/bird_socket.h"
#include "route-server/helper/frames.h"
#include "route-server/helper/lock.h"
#include "route-server/helper/state_folder.h"
#include "route-server/helper/words.h"

namespace ztix::helper {

/// What the verbs work on.
struct Call {
  Words words;
  StateFolder folder;
  Answer answer;
  BirdSocket bird;
  Upload upload;
  Lock lock;
  std::string journal_verb = "none";  ///< from when on it counts: words that are wrong are not journaled
  std::string root = "-";             ///< the root it is about
  std::string host_fence{};           ///< as the host remembers it, `none` when a full disk could not
};

struct Outcome {
  ExitCode code = ExitCode::done;
  std::string text;
};

/// Runs one call.
/// @param input       the frames of `put`.
/// @param is_serving  not for `get`, which writes its answer itself.
Outcome carry_out(std::string_view text, Input& input, bool is_serving);

}  // namespace ztix::helper
