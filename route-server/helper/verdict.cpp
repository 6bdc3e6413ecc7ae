/// confirm, undo and persist: how a trial ends.

#include <algorithm>

#include "route-server/helper/bird_protocols.h"
#include "route-server/helper/guards.h"
#include "route-server/helper/kept_down.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

constexpr int kConfirmed = 18;  // 0019 = BIRD was faster and has undone it
constexpr int kUndone = 21;
constexpr int kMostLooks = 600;  // 30 s

/// Armed, and with this root: else a confirmed configuration would be reverted, or another one confirmed.
ExitCode need_armed_running(Call& call, NamedRoot& root) {
  ZTIX_GO_ON(want_arguments(call, 1));
  ZTIX_GO_ON(need_root(call, call.words.arguments[0], root));
  BirdStatus status;
  ZTIX_GO_ON(observe(call, status));
  ZTIX_GO_ON(after_rollback(call, status));
  if (!status.armed) return call.answer.refuse("not_armed");
  return status.digest == root.running_digest ? ExitCode::done : call.answer.refuse("digest_not_running");
}

/// A held session that the confirmed configuration no longer has is forgotten: its name may come back to another life.
/// When BIRD does not tell, or the disk is full, it is remembered.
void forget_absent(Call& call) {
  const auto names = held(call.folder);
  if (names.empty()) return;
  const std::string show = "show protocols";
  const auto replies = call.bird.ask({show});
  if (!replies) return;
  const auto there = protocol_names(replies->to(show));
  std::vector<std::string> still;
  std::copy_if(names.begin(), names.end(), std::back_inserter(still),
               [&there](const auto& name) { return std::find(there.begin(), there.end(), name) != there.end(); });
  if (still != names) static_cast<void>(write_held(call.folder, still));
}

}  // namespace

ExitCode confirm(Call& call) {
  NamedRoot root;
  ZTIX_GO_ON(need_armed_running(call, root));
  const std::string configure = "configure confirm";
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, {configure}, replies));
  if (const auto& reply = replies.to(configure); !reply.has(kConfirmed)) {
    say_replies(call, reply);
    return ExitCode::refused_by_bird;
  }
  forget_armed(call.folder);
  forget_absent(call);
  call.answer.say({"confirmed", root.file_digest});
  return ExitCode::done;
}

ExitCode undo(Call& call) {
  NamedRoot root;
  ZTIX_GO_ON(need_armed_running(call, root));
  BirdStatus status;
  ZTIX_GO_ON(reconfigure(call, "configure undo", kUndone, kMostLooks, status));
  if (status.changing) return call.answer.refuse("reconfiguring", ExitCode::later);
  if (guards::kUndoFirst && status.armed) return call.answer.refuse("armed");
  forget_armed(call.folder);
  call.answer.say({"undone", root.file_digest});
  return ExitCode::done;
}

ExitCode persist(Call& call) {
  ZTIX_GO_ON(want_arguments(call, 1));
  NamedRoot root;
  ZTIX_GO_ON(need_root(call, call.words.arguments[0], root));
  BirdStatus status;
  ZTIX_GO_ON(observe(call, status));
  ZTIX_GO_ON(after_rollback(call, status));
  if (guards::kUndoFirst && status.armed) return call.answer.refuse("armed");
  if (status.changing) return call.answer.refuse("reconfiguring", ExitCode::later);
  if (status.digest != root.running_digest) return call.answer.refuse("digest_not_running");
  ZTIX_GO_ON(need_intact(call, root, Objects::as_they_are));
  if (boot_target(call.folder) != root.file_digest &&
      !call.folder.replace_link("boot.conf", root_file(root.file_digest))) {
    return call.answer.refuse("disk_full", ExitCode::later);
  }
  call.answer.say({"persisted", root.file_digest});
  return ExitCode::done;
}

}  // namespace ztix::helper
