/// probe, status and nexthops: verbs that only look. The first two work on a full disk.

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "route-server/helper/bird_protocols.h"
#include "route-server/helper/guards.h"
#include "route-server/helper/kept_down.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

constexpr const char* kDropIn = "/etc/systemd/system/bird.service.d/ztix.conf";
constexpr const char* kSystemd = "/run/systemd/system";

const std::string kProtocols = "show protocols all";
const std::string kRoaV4 = "show route table ztix_roa_v4 count";
const std::string kRoaV6 = "show route table ztix_roa_v6 count";

std::vector<std::string> probing() { return joined(observing(), {kProtocols, kRoaV4, kRoaV6}); }

void say_status(Call& call, const BirdStatus& status) {
  if (guards::kUndoFirst && status.armed) {
    call.answer.say({"armed", "yes", status.left});
  } else {
    call.answer.say({"armed", "no"});
  }
  call.answer.say({"reconfiguring", status.changing ? "yes" : "no"});
  call.answer.say({"running_revision", status.revision});
  call.answer.say({"running_digest", status.digest});
}

void say_bird(Call& call, const BirdStatus& status) {
  call.answer.say({"bird_version", status.version});
  call.answer.say({"router_id", status.router_id});
  call.answer.say({"bird_started", call.bird.started()});
  call.answer.say({"last_reconfigured", status.last_reconfigured});
  call.answer.say({"server_time", status.server_time});
}

/// Several roots may carry one digest (only their revision differs): the exact one first, then the boot file.
std::string running_root(const std::vector<StoredRoot>& roots, const BirdStatus& status, const std::string& boot) {
  std::string running = "none";
  bool is_exact = false;
  for (const auto& root : roots) {
    if (root.digest != status.digest) continue;
    const bool is_boot = root.file_digest == boot;
    const bool fits = root.revision == status.revision;
    if (fits ? !is_exact || is_boot : !is_exact && (running == "none" || is_boot)) running = root.file_digest;
    is_exact = is_exact || fits;
  }
  return running;
}

void say_roots(Call& call, const BirdStatus& status) {
  const auto boot = boot_target(call.folder);
  const auto roots = stored_roots(call.folder);
  const auto running = running_root(roots, status, boot);
  StoredRoot boots{boot, "none", "none"};
  std::int64_t highest = 0;
  for (const auto& root : roots) {
    if (root.file_digest == boot) boots = root;
    highest = std::max(highest, parse_number(root.revision).value_or(0));
  }
  call.answer.say({"running_root", running});
  call.answer.say({"boot_root", boot});
  call.answer.say({"boot_digest", boots.digest});
  call.answer.say({"boot_revision", boots.revision});
  call.answer.say({"highest_revision", std::to_string(highest)});
  say_damaged(call, {running, boot});
}

void say_host(Call& call) {
  call.answer.say({"fence", call.host_fence});
  struct statvfs disk {};
  if (::fstatvfs(call.folder.number(), &disk) == 0) {
    call.answer.say({"free_kib", std::to_string(disk.f_bavail * disk.f_frsize / 1024)});
  }
  struct stat found {};
  if (::stat(kSystemd, &found) != 0) {
    call.answer.say({"drop_in", "unknown"});
  } else {
    call.answer.say({"drop_in", ::access(kDropIn, F_OK) == 0 ? "ok" : "missing"});
  }
  for (const auto& name : kept_down(call.folder)) call.answer.say({"kept_down", name});
}

void say_sessions(Call& call, const BirdReplies& replies) {
  say_protocols(replies.to(kProtocols), call.answer);
  say_roa_count(replies.to(kRoaV4), call.answer);
  say_roa_count(replies.to(kRoaV6), call.answer);
}

}  // namespace

/// A restart of BIRD, or a configure by hand, starts what was switched off: who looks first switches it off again.
ExitCode probe(Call& call) {
  call.answer.say({"ztix_rs", "1"});
  auto asked = call.bird.ask(joined(switch_off_kept(call.folder), probing()));
  if (!asked) {
    call.answer.say({"bird", asked.error().code == ErrorCode::timeout ? "busy" : "down"});
    say_status(call, {});
    say_roots(call, {});
    say_host(call);
    return ExitCode::done;
  }
  auto replies = std::move(asked).value();
  const auto status = read_status(replies);
  bool was_rolled_back = false;
  ZTIX_GO_ON(after_rollback(call, status, was_rolled_back));
  if (was_rolled_back) ZTIX_GO_ON(need_bird(call, probing(), replies));
  say_bird(call, status);
  say_status(call, status);
  say_roots(call, status);
  say_host(call);
  say_sessions(call, replies);
  return ExitCode::done;
}

ExitCode status(Call& call) {
  ZTIX_GO_ON(want_arguments(call, 0));
  BirdStatus seen;
  ZTIX_GO_ON(observe(call, seen));
  ZTIX_GO_ON(after_rollback(call, seen));
  say_status(call, seen);
  return ExitCode::done;
}

/// Routes given with another next hop than where they came from. A session that is down has none.
ExitCode nexthops(Call& call) {
  ZTIX_GO_ON(want_some_arguments(call));
  ZTIX_GO_ON(want_protocols(call, call.words.arguments));
  std::vector<std::string> commands;
  for (const auto& name : call.words.arguments) {
    commands.push_back("show route export " + name + " where bgp_next_hop != from count");
  }
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, commands, replies));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (const auto count = first_count(replies.all()[i])) {
      call.answer.say({"foreign_next_hops", call.words.arguments[i], *count});
    }
  }
  return ExitCode::done;
}

}  // namespace ztix::helper
