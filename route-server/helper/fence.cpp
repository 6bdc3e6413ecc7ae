#include "route-server/helper/fence.h"

#include "route-server/helper/guards.h"

namespace ztix::helper {
namespace {

constexpr std::size_t kFenceWidth = 18;  // the longest number of a caller

struct Owner {
  std::string installation;
  std::int64_t fence = 0;
};

/// `INSTALLATION FENCE`; an installation without a name when the file is damaged.
Owner parse_owner(std::string_view text) {
  const auto words = words_of(take_line(text));
  if (words.size() != 2 || !is_uuid(words[0])) return {};
  const auto fence = parse_number(words[1]);
  return fence ? Owner{std::string(words[0]), *fence} : Owner{};
}

/// Fixed width, so that a full disk still takes it in place; without that, only what never does harm goes on.
ExitCode record(Call& call, const Owner& host, bool has_fence) {
  auto fence = std::to_string(call.words.fence);
  fence.resize(kFenceWidth, ' ');
  const auto line = call.words.installation + " " + fence + "\n";
  call.host_fence = std::to_string(call.words.fence);
  if (call.folder.replace("fence", line) || (has_fence && call.folder.write_over("fence", line))) return ExitCode::done;
  call.host_fence = host.installation.empty() ? "none" : std::to_string(host.fence);
  const auto& verb = call.journal_verb;
  const bool is_harmless = verb == "probe" || verb == "status" || verb == "undo";
  return is_harmless ? ExitCode::done : call.answer.refuse("disk_full", ExitCode::later);
}

}  // namespace

ExitCode admit(Call& call) {
  const auto& words = call.words;
  const auto text = call.folder.read("fence").value_or("");
  const auto host = parse_owner(text);
  if (!text.empty() && host.installation.empty() && !words.adopt) return call.answer.refuse("fence_unreadable");
  const bool is_ours = host.installation == words.installation;
  if (!host.installation.empty() && !is_ours && !words.adopt) {
    call.answer.say({"foreign_installation", host.installation});
    return ExitCode::foreign_installation;
  }
  if (is_ours && words.fence == host.fence) {
    call.host_fence = std::to_string(host.fence);
    return ExitCode::done;
  }
  if (guards::kFence && is_ours && words.fence < host.fence) {
    call.answer.say({"fenced", std::to_string(host.fence)});
    return ExitCode::fenced;
  }
  if (!is_ours && words.adopt) call.journal_verb = "adopt";
  return record(call, host, !text.empty());
}

}  // namespace ztix::helper
