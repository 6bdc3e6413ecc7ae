#include "route-server/helper/kept_down.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/base/text.h"

namespace ztix::helper {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{50};

constexpr int kReconfigured = 3;
constexpr int kReconfiguring = 4;
constexpr int kNothingMatches = 8000;  // 8003 No protocols match, 9001 syntax error

/// Names of ours in a line; anything else in it is not taken.
std::vector<std::string> names_in(std::string_view line) {
  std::vector<std::string> names;
  for (const auto word : words_of(line)) {
    if (is_protocol(word)) names.emplace_back(word);
  }
  return names;
}

/// The first lines of a note; empty ones when there is none.
std::vector<std::string> lines_of_note(const StateFolder& folder, const std::string& name) {
  const auto text = folder.read(name).value_or("");
  std::string_view rest(text);
  const std::string first(take_line(rest));
  return {first, std::string(take_line(rest))};
}

/// The name in `disable "name"`, and the word that says that it was done; empty for another command.
struct Switch {
  std::string_view done;
  std::string_view name;
};
Switch switch_of(std::string_view command) {
  const auto quote = command.find('"');
  if (quote == std::string_view::npos || !command.ends_with('"')) return {};
  const auto name = command.substr(quote + 1, command.size() - quote - 2);
  if (command.starts_with("disable ")) return {"disabled", name};
  if (command.starts_with("enable ")) return {"enabled", name};
  return {};
}

/// 0008 already disabled, 0009 disabled, 0010 already enabled, 0011 enabled.
bool is_switched(int code) { return code >= 8 && code <= 11; }

ExitCode switch_off_again(Call& call) {
  const auto commands = switch_off_kept(call.folder);
  BirdReplies replies;
  return commands.empty() ? ExitCode::done : need_bird(call, commands, replies);
}

}  // namespace

std::vector<std::string> kept_down(const StateFolder& folder) {
  return joined(names_in(lines_of_note(folder, "armed")[1]), held(folder));
}

std::vector<std::string> switch_off_kept(const StateFolder& folder) {
  return switch_commands("disable", kept_down(folder));
}

std::vector<std::string> switch_commands(std::string_view verb, const std::vector<std::string>& names) {
  std::vector<std::string> commands;
  commands.reserve(names.size());
  for (const auto& name : names) commands.push_back(std::string(verb) + " \"" + name + "\"");
  return commands;
}

void say_switched(Call& call, const BirdReplies& replies) {
  for (const auto& reply : replies.all()) {
    const auto [done, name] = switch_of(reply.command);
    if (name.empty()) continue;
    for (const auto& line : reply.lines) {
      if (line.goes_on || (!is_switched(line.code) && line.code < kNothingMatches)) continue;
      call.answer.say({is_switched(line.code) ? done : "absent", name});
      break;
    }
  }
}

std::vector<std::string> held(const StateFolder& folder) { return names_in(lines_of_note(folder, "held")[0]); }

bool write_held(const StateFolder& folder, const std::vector<std::string>& names) {
  if (!names.empty()) return folder.replace("held", join(names, " ") + "\n");
  folder.remove("held");
  return true;
}

bool note_armed(const StateFolder& folder, const NamedRoot& root, const std::vector<std::string>& names) {
  if (folder.write_in_place("armed", root.file_digest + " " + root.running_digest + "\n" + join(names, " ") + "\n")) {
    return true;
  }
  forget_armed(folder);
  return false;
}

std::optional<NamedRoot> noted_armed(const StateFolder& folder) {
  const auto note = lines_of_note(folder, "armed");
  const auto words = words_of(note[0]);
  if (words.size() != 2) return std::nullopt;
  return NamedRoot{std::string(words[0]), std::string(words[1])};
}

void forget_armed(const StateFolder& folder) {
  if (!folder.write_in_place("armed", "")) folder.remove("armed");
}

ExitCode settle(Call& call, int looks, BirdStatus& status) {
  if (!status.changing) return ExitCode::done;
  for (; status.changing && looks > 0; --looks) {
    std::this_thread::sleep_for(kBetweenLooks);
    ZTIX_GO_ON(observe(call, status));
  }
  return switch_off_again(call);
}

ExitCode reconfigure(Call& call, const std::string& command, int wanted, int looks, BirdStatus& status) {
  BirdReplies replies;
  ZTIX_GO_ON(need_bird(call, joined(joined({command}, switch_off_kept(call.folder)), observing()), replies));
  const auto& reply = replies.to(command);
  if (!reply.has(wanted) || !(reply.has(kReconfigured) || reply.has(kReconfiguring))) {
    say_replies(call, reply);
    return ExitCode::refused_by_bird;
  }
  say_switched(call, replies);
  status = read_status(replies);
  return settle(call, looks, status);
}

ExitCode after_rollback(Call& call, const BirdStatus& status, bool& was_so) {
  was_so = false;
  const auto armed = noted_armed(call.folder);
  if (!armed || status.armed || status.changing) return ExitCode::done;
  ZTIX_GO_ON(switch_off_again(call));
  forget_armed(call.folder);
  // The same digest: it was confirmed, and the helper died before it noted that. Or this root ran before it was armed,
  // and BIRD came back to it.
  if (status.digest == armed->running_digest) return ExitCode::done;
  call.answer.say({"rolled_back", armed->file_digest});
  was_so = true;
  return ExitCode::done;
}

ExitCode after_rollback(Call& call, const BirdStatus& status) {
  bool was_so = false;
  return after_rollback(call, status, was_so);
}

}  // namespace ztix::helper
