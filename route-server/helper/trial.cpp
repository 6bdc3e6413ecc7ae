/// check and arm: how a trial begins.

#include <algorithm>

#include "core/base/text.h"
#include "route-server/helper/guards.h"
#include "route-server/helper/kept_down.h"
#include "route-server/helper/stamps.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

constexpr int kConfigurationOk = 20;
constexpr int kUndoScheduled = 22;

constexpr std::int64_t kLongestTrial = 3600;  // seconds
constexpr std::int64_t kMostLooks = 400;      // 20 s
constexpr std::int64_t kLooksPerSecond = 10;  // of the trial: half of it

std::string path_of(const NamedRoot& root) {
  return "\"" + std::string(kStateFolder) + "/" + root_file(root.file_digest) + "\"";
}

Stamp stamp_of(const Call& call, const NamedRoot& root, const BirdStatus& status) {
  return {root.file_digest, status.version, call.bird.started()};
}

struct Trial {
  NamedRoot root;
  std::int64_t seconds = 0;
  std::vector<std::string> down;  ///< sessions that are switched off with it
};

/// ROOT SECONDS [NAME...]
ExitCode take_arguments(Call& call, Trial& trial) {
  const auto& words = call.words.arguments;
  if (words.size() < 2) return call.answer.refuse("usage arguments", ExitCode::usage);
  if (!is_sha256_hex(words[0])) return call.answer.refuse("usage digest", ExitCode::usage);
  trial.seconds = parse_number(words[1]).value_or(0);
  if (trial.seconds < 1 || trial.seconds > kLongestTrial) {
    return call.answer.refuse("usage seconds", ExitCode::usage);
  }
  trial.down.assign(words.begin() + 2, words.end());
  ZTIX_GO_ON(want_protocols(call, trial.down));
  return need_root(call, words[0], trial.root);
}

ExitCode may_begin(Call& call, const Trial& trial) {
  BirdStatus status;
  ZTIX_GO_ON(observe(call, status));
  // A second timed configure would later "undo" to the first, unconfirmed one.
  if (guards::kUndoFirst && status.armed) return call.answer.refuse("armed");
  if (status.changing) return call.answer.refuse("reconfiguring", ExitCode::later);
  ZTIX_GO_ON(after_rollback(call, status));
  if (!is_stamped(call.folder, stamp_of(call, trial.root, status))) return call.answer.refuse("not_checked");
  return need_intact(call, trial.root, Objects::as_they_are);
}

/// The file stands before the timeout, else BIRD refuses the words.
ExitCode arm_now(Call& call, const Trial& trial) {
  const auto configure = "configure " + path_of(trial.root) + " timeout " + std::to_string(trial.seconds);
  const auto looks = static_cast<int>(std::min(trial.seconds * kLooksPerSecond, kMostLooks));
  BirdStatus status;
  const auto code = reconfigure(call, configure, kUndoScheduled, looks, status);
  if (code == ExitCode::refused_by_bird) forget_armed(call.folder);
  ZTIX_GO_ON(code);
  if (!guards::kBootLate && !call.folder.replace_link("boot.conf", root_file(trial.root.file_digest))) {
    return call.answer.refuse("disk_full", ExitCode::later);
  }
  call.answer.say({"armed", status.left});
  call.answer.say({"reconfiguring", status.changing ? "yes" : "no"});
  return ExitCode::done;
}

}  // namespace

ExitCode check(Call& call) {
  ZTIX_GO_ON(want_arguments(call, 1));
  NamedRoot root;
  ZTIX_GO_ON(need_root(call, call.words.arguments[0], root));
  ZTIX_GO_ON(need_intact(call, root, Objects::include_nothing));
  const auto configure = "configure check " + path_of(root);
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, joined(observing(), {configure}), replies));
  const auto& reply = replies.to(configure);
  if (!reply.has(kConfigurationOk)) {
    say_replies(call, reply);
    return ExitCode::refused_by_bird;
  }
  if (!note_stamp(call.folder, stamp_of(call, root, read_status(replies)))) {
    return call.answer.refuse("disk_full", ExitCode::later);
  }
  call.answer.say({"checked", root.file_digest});
  return ExitCode::done;
}

ExitCode arm(Call& call) {
  Trial trial;
  ZTIX_GO_ON(take_arguments(call, trial));
  ZTIX_GO_ON(may_begin(call, trial));
  if (!note_armed(call.folder, trial.root, trial.down)) return call.answer.refuse("disk_full", ExitCode::later);
  return arm_now(call, trial);
}

}  // namespace ztix::helper
