#include "core/remote/protocol_lines.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace ztix::remote {
namespace {

using service::ProtocolStatus;
using service::SessionCounters;

/// @return false when a count is neither a number nor, like all of them, `-`.
bool take_counters(const std::array<std::string_view, 4>& words, std::optional<SessionCounters>& counters) {
  std::array<std::int64_t, 4> numbers{};
  const bool unknown = std::all_of(words.begin(), words.end(), [](auto word) { return word == "-"; });
  if (unknown) return true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto number = parse_decimal<std::int64_t>(words[i]);
    if (!number || *number < 0) return false;
    numbers[i] = *number;
  }
  counters = SessionCounters{numbers[0], numbers[1], numbers[2], numbers[3]};
  return true;
}

/// Sessions are told in the order of their protocols, so the one looked for is nearly always the last.
ProtocolStatus* find_last(std::vector<ProtocolStatus>& protocols, std::string_view name) {
  const auto found = std::find_if(protocols.rbegin(), protocols.rend(),
                                  [name](const ProtocolStatus& protocol) { return protocol.name == name; });
  return found == protocols.rend() ? nullptr : &*found;
}

}  // namespace

HelperLine cut_word(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return {text, {}};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

std::optional<ProtocolStatus> parse_protocol(std::string_view rest) {
  const auto [name, after_name] = cut_word(rest);
  const auto [protocol, after_protocol] = cut_word(after_name);
  const auto [state, after_state] = cut_word(after_protocol);
  const auto [since, info] = cut_word(after_state);
  if (name.empty() || protocol.empty() || state.empty()) return std::nullopt;
  return ProtocolStatus{std::string(name), std::string(protocol), std::string(state), std::string(since),
                        std::string(info)};
}

bool take_session(std::string_view rest, std::vector<ProtocolStatus>& protocols) {
  auto line = cut_word(rest);
  auto* const protocol = find_last(protocols, line.key);
  std::array<std::string_view, 4> counts;
  for (auto& count : counts) {
    line = cut_word(line.rest);
    count = line.key;
  }
  const auto [limits, error] = cut_word(line.rest);
  std::optional<SessionCounters> counters;
  if (!take_counters(counts, counters) || (limits != "hit" && limits != "-")) return false;
  if (protocol == nullptr) return true;
  protocol->counters = counters;
  protocol->is_limit_hit = limits == "hit";
  protocol->last_error = error;
  return true;
}

}  // namespace ztix::remote
