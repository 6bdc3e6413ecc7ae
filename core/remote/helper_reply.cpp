#include "core/remote/helper_reply.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "core/remote/protocol_lines.h"

namespace ztix::remote {
namespace {

using service::CheckVerdict;
using service::HostProbe;
using service::HostStatus;

using Line = HelperLine;

std::vector<Line> lines_of(std::string_view output) {
  std::vector<Line> lines;
  for (const auto text : split(output, '\n')) {
    if (!text.empty()) lines.push_back(cut_word(text));
  }
  return lines;
}

Error unreadable(std::string_view what) {
  return fail(ErrorCode::internal, "The route server's helper answered in a way this version does not understand.")
      .with_reason("helper_answer")
      .with_detail("unreadable: " + std::string(what.substr(0, 200)));
}

/// `none` is how the helper says "there is none".
std::string or_empty(std::string_view value) { return value == "none" ? std::string{} : std::string(value); }

/// "59.948" seconds; nullopt for anything else.
std::optional<std::chrono::milliseconds> parse_seconds(std::string_view text) {
  const auto dot = text.find('.');
  const auto whole = parse_decimal<std::uint32_t>(text.substr(0, dot));
  if (!whole) return std::nullopt;
  std::chrono::milliseconds value = std::chrono::seconds(*whole);
  if (dot == std::string_view::npos) return value;
  std::string thousandths(text.substr(dot + 1, 3));
  if (thousandths.empty() ||
      !std::all_of(thousandths.begin(), thousandths.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  thousandths.resize(3, '0');
  return value +
         std::chrono::milliseconds((thousandths[0] - '0') * 100 + (thousandths[1] - '0') * 10 + (thousandths[2] - '0'));
}

/// A number that is never negative, or `none`, which is 0.
bool take_number(std::string_view text, std::int64_t& number) {
  const auto parsed = parse_decimal<std::int64_t>(text);
  number = parsed.value_or(0);
  return text == "none" || (parsed && *parsed >= 0);
}

/// The lines that probe and status share. @return false for a value that is wrong; true also for a foreign key.
bool take_status(const Line& line, HostStatus& status) {
  if (line.key == "armed") {
    const auto [answer, left] = cut_word(line.rest);
    status.armed = answer == "yes";
    const auto seconds = status.armed ? parse_seconds(left) : std::chrono::milliseconds{0};
    status.undo_in = seconds.value_or(std::chrono::milliseconds{0});
    return seconds && (status.armed || answer == "no");
  }
  if (line.key == "reconfiguring") {
    status.reconfiguring = line.rest == "yes";
    return status.reconfiguring || line.rest == "no";
  }
  if (line.key == "running_digest") {
    status.running_digest = or_empty(line.rest);
    return line.rest == "none" || is_sha256_hex(line.rest);
  }
  if (line.key == "running_revision") {
    return take_number(line.rest, status.running_revision);
  }
  return true;
}

bool take_list_item(const Line& line, HostProbe& probe) {
  if (line.key == "protocol") {
    auto protocol = parse_protocol(line.rest);
    if (protocol) probe.protocols.push_back(*std::move(protocol));
    return protocol.has_value();
  }
  if (line.key == "roa") {
    const auto [table, count] = cut_word(line.rest);
    return take_number(count, probe.roa_counts[std::string(table)]);
  }
  if (line.key == "session") return take_session(line.rest, probe.protocols);
  if (line.key == "kept_down") probe.kept_down.emplace_back(line.rest);
  return true;
}

bool take_root(const Line& line, HostProbe& probe) {
  const auto take_digest = [&line](std::string& into) {
    into = line.rest == "foreign" ? std::string{} : or_empty(line.rest);
    return into.empty() || is_sha256_hex(into);
  };
  if (line.key == "running_root") return take_digest(probe.running_root);
  if (line.key == "boot_root") return take_digest(probe.boot_root);
  if (line.key == "rolled_back") return take_digest(probe.rolled_back);
  if (line.key == "damaged") {
    probe.damaged.emplace_back(line.rest);
    return is_sha256_hex(line.rest);
  }
  if (line.key == "boot_digest") {
    probe.boot_digest = line.rest == "-" ? std::string{} : or_empty(line.rest);
    return probe.boot_digest.empty() || is_sha256_hex(probe.boot_digest);
  }
  if (line.key == "boot_revision") {
    return line.rest == "-" || take_number(line.rest, probe.boot_revision);
  }
  if (line.key == "highest_revision") return take_number(line.rest, probe.highest_revision);
  if (line.key == "fence") return take_number(line.rest, probe.fence);
  if (line.key == "free_kib") return take_number(line.rest, probe.free_kib);
  return take_list_item(line, probe);
}

bool take_text(const Line& line, HostProbe& probe) {
  const std::pair<std::string_view, std::string*> texts[] = {
      {"bird_version", &probe.bird_version}, {"router_id", &probe.router_id},
      {"bird_started", &probe.bird_started}, {"last_reconfigured", &probe.last_reconfigured},
      {"server_time", &probe.server_time},   {"drop_in", &probe.drop_in},
  };
  for (const auto& [key, text] : texts) {
    if (line.key == key) *text = line.rest;
  }
  return take_root(line, probe);
}

std::string first_of(std::string_view output, std::string_view key) {
  for (const auto& line : lines_of(output)) {
    if (line.key == key) return std::string(line.rest);
  }
  return {};
}

Error bird_refused(const HelperReply& reply) {
  const auto said = first_of(reply.output, "reply");
  // 0019: BIRD's timer was faster than the confirm, so nothing is armed any more.
  if (said.starts_with("0019")) {
    return fail(ErrorCode::conflict, "The configuration had already been taken back when the confirmation came.")
        .with_reason("not_armed");
  }
  return fail(ErrorCode::upstream, "BIRD refused: " + (said.size() > 5 ? said.substr(5) : "no reason given") + ".")
      .with_reason("bird_refused")
      .with_fact("reply", said.substr(0, 4))
      .with_detail(reply.output.substr(0, 2000));
}

Error wrong_state(const HelperReply& reply) {
  for (const auto* const key : {"missing", "corrupt"}) {
    if (const auto digest = first_of(reply.output, key); !digest.empty()) {
      return fail(ErrorCode::conflict, "A configuration file on the route server is missing or damaged.")
          .with_reason(key)
          .with_fact("digest", digest);
    }
  }
  const auto why = first_of(reply.output, "refused");
  return fail(ErrorCode::conflict, "The route server is not in the state for this step: " + why + ".").with_reason(why);
}

}  // namespace

std::vector<std::string> values_of(std::string_view output, std::string_view key) {
  std::vector<std::string> values;
  for (const auto& line : lines_of(output)) {
    if (line.key == key) values.emplace_back(cut_word(line.rest).key);
  }
  return values;
}

Error to_error(const HelperReply& reply) {
  const auto why = first_of(reply.output, "refused");
  switch (reply.exit_code) {
    case 1:
      return bird_refused(reply);
    case 2:
      return fail(ErrorCode::internal, "The route server's helper did not accept the call.")
          .with_reason("helper_usage")
          .with_detail(why);
    case 3:
      return fail(ErrorCode::fenced, "A newer worker has taken over this route server.")
          .with_reason("fenced")
          .with_fact("host_fence", first_of(reply.output, "fenced"));
    case 4:
      return fail(ErrorCode::forbidden,
                  "The route server belongs to another ZTIX installation; `ztix rs add --adopt` takes it over.")
          .with_reason("foreign_installation")
          .with_fact("installation", first_of(reply.output, "foreign_installation"));
    case 5:
      return wrong_state(reply);
    case 6:
      return fail(ErrorCode::upstream, "BIRD is not running on the route server.").with_reason("bird_down");
    case 75:
      return fail(ErrorCode::unavailable, "The route server cannot take this now: " + why + ".").with_reason(why);
    default:
      break;
  }
  return fail(ErrorCode::internal, "The helper on the route server failed; is route-server/install up to date there?")
      .with_reason("helper_failed")
      .with_detail("exit " + std::to_string(reply.exit_code) + ": " + reply.errors.substr(0, 500));
}

Result<HostProbe> parse_probe(std::string_view output) {
  HostProbe probe;
  HostStatus status;
  bool versioned = false;
  bool complete = false;
  for (const auto& line : lines_of(output)) {
    if (line.key == "ztix_rs") versioned = line.rest == "1";
    if (line.key == "fence") complete = true;
    if (!take_status(line, status) || !take_text(line, probe)) return unreadable(line.key);
  }
  if (!versioned || !complete) return unreadable("probe without version or fence");
  probe.bird_up = !probe.bird_version.empty();
  probe.armed = status.armed;
  probe.undo_in = status.undo_in;
  probe.reconfiguring = status.reconfiguring;
  probe.running_revision = status.running_revision;
  probe.running_digest = status.running_digest;
  return probe;
}

Result<HostStatus> parse_status(std::string_view output) {
  HostStatus status;
  bool complete = false;
  for (const auto& line : lines_of(output)) {
    complete = complete || line.key == "running_digest";
    if (!take_status(line, status)) return unreadable(line.key);
  }
  if (!complete) return unreadable("status without running_digest");
  return status;
}

CheckVerdict parse_verdict(const HelperReply& reply) {
  CheckVerdict verdict;
  verdict.ok = reply.exit_code == 0;
  if (verdict.ok) return verdict;
  const auto said = first_of(reply.output, "reply");
  const std::string_view text = said.size() > 5 ? std::string_view(said).substr(5) : std::string_view(said);
  verdict.message = text;
  const auto after_file = text.find(':');
  if (after_file == std::string_view::npos) return verdict;
  const auto after_line = text.find(':', after_file + 1);
  if (after_line == std::string_view::npos) return verdict;
  const auto line = parse_decimal<int>(text.substr(after_file + 1, after_line - after_file - 1));
  if (!line) return verdict;
  verdict.file = text.substr(0, after_file);
  verdict.line = *line;
  const auto after_column = text.find(' ', after_line);
  verdict.message = after_column == std::string_view::npos ? std::string_view{} : text.substr(after_column + 1);
  return verdict;
}

Result<std::vector<std::string>> parse_stored(std::string_view output, std::size_t count) {
  std::vector<std::string> digests;
  for (const auto& line : lines_of(output)) {
    if (line.key != "stored") continue;
    const auto digest = cut_word(cut_word(line.rest).rest).key;
    if (!is_sha256_hex(digest)) return unreadable(line.rest);
    digests.emplace_back(digest);
  }
  if (digests.size() != count) return unreadable("stored " + std::to_string(digests.size()) + " files");
  return digests;
}

Result<std::map<std::string, std::int64_t>> parse_next_hops(std::string_view output) {
  std::map<std::string, std::int64_t> counts;
  for (const auto& line : lines_of(output)) {
    if (line.key != "foreign_next_hops") continue;
    const auto [name, count] = cut_word(line.rest);
    const auto number = parse_decimal<std::int64_t>(count);
    if (!number || *number < 0) return unreadable("foreign_next_hops");
    counts[std::string(name)] = *number;
  }
  return counts;
}

Result<std::vector<std::string>> parse_files(std::string_view output, const std::vector<std::string>& digests) {
  std::vector<std::string> contents;
  for (const auto& digest : digests) {
    const auto end = output.find('\n');
    const auto [key, rest] = cut_word(output.substr(0, end));
    const auto [name, digits] = cut_word(rest);
    const auto size = parse_decimal<std::size_t>(digits);
    if (end == std::string_view::npos || key != "file" || name != digest || !size) return unreadable("file header");
    output.remove_prefix(end + 1);
    if (output.size() < *size) return unreadable("file cut short");
    contents.emplace_back(output.substr(0, *size));
    output.remove_prefix(*size);
  }
  if (!output.empty()) return unreadable("more than was asked for");
  return contents;
}

}  // namespace ztix::remote
