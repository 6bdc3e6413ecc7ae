/// disable and enable: sessions switched without a configuration.

#include <algorithm>
#include <iterator>

#include "route-server/helper/kept_down.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ExitCode want_sessions(Call& call) {
  ZTIX_GO_ON(want_some_arguments(call));
  return want_protocols(call, call.words.arguments);
}

ExitCode switch_now(Call& call, std::string_view verb) {
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, switch_commands(verb, call.words.arguments), replies));
  say_switched(call, replies);
  return ExitCode::done;
}

}  // namespace

/// The effect first, so that a full disk cannot keep a session up; a lost note makes the caller repeat it.
ExitCode disable(Call& call) {
  ZTIX_GO_ON(want_sessions(call));
  ZTIX_GO_ON(switch_now(call, "disable"));
  auto names = held(call.folder);
  for (const auto& name : call.words.arguments) {
    if (!contains(names, name)) names.push_back(name);
  }
  return write_held(call.folder, names) ? ExitCode::done : call.answer.refuse("disk_full", ExitCode::later);
}

ExitCode enable(Call& call) {
  ZTIX_GO_ON(want_sessions(call));
  const auto names = held(call.folder);
  std::vector<std::string> still;
  std::copy_if(names.begin(), names.end(), std::back_inserter(still),
               [&call](const auto& name) { return !contains(call.words.arguments, name); });
  if (!write_held(call.folder, still)) return call.answer.refuse("disk_full", ExitCode::later);
  return switch_now(call, "enable");
}

}  // namespace ztix::helper
