#include "route-server/helper/bird_status.h"

#include <algorithm>

#include "core/base/text.h"
#include "route-server/helper/words.h"

namespace ztix::helper {
namespace {

constexpr std::string_view kConfigureStatus = "configure status";
constexpr std::string_view kDigest = "eval ZTIX_DIGEST";
constexpr std::string_view kRevision = "eval ZTIX_REVISION";
constexpr std::string_view kShowStatus = "show status";

constexpr int kTimer = 22;  // `0022-Configuration unconfirmed, undo in 59.998 s`
constexpr int kValue = 23;  // of `eval`
constexpr int kVersion = 1000;

/// What follows `words` in `text`; empty when they are not in it.
std::string_view after(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + words.size());
}

std::string one_word(std::string_view text) {
  std::string word(text);
  std::replace(word.begin(), word.end(), ' ', 'T');
  return word;
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }

std::string_view last_word(std::string_view text) { return text.substr(text.rfind(' ') + 1); }

/// 0004 to 0007 in the answer to `configure status`.
bool is_change(int code) { return code >= 4 && code <= 7; }

void take_configure_status(const BirdReply& reply, BirdStatus& status) {
  for (const auto& line : reply.lines) {
    if (line.goes_on) continue;
    status.changing = status.changing || is_change(line.code);
    const auto left = after(line.text, " undo in ");
    if (line.code != kTimer || left.empty()) continue;
    status.armed = true;
    status.left = first_word(left);
  }
}

void take_value(const BirdReply& reply, bool (*is_right)(std::string_view), std::string& value) {
  for (const auto& line : reply.lines) {
    if (line.code == kValue && is_right(line.text)) value = line.text;
  }
}

void take_show_status(const BirdReply& reply, BirdStatus& status) {
  for (const auto& line : reply.lines) {
    if (line.code == kVersion && line.text.starts_with("BIRD ")) status.version = line.text.substr(5);
    if (!after(line.text, "Router ID is ").empty()) status.router_id = last_word(line.text);
    if (const auto time = after(line.text, "Current server time is "); !time.empty()) {
      status.server_time = one_word(time);
    }
    if (const auto time = after(line.text, "Last reconfiguration on "); !time.empty()) {
      status.last_reconfigured = one_word(time);
    }
  }
}

bool is_number(std::string_view text) { return parse_number(text).has_value(); }

}  // namespace

const std::vector<std::string>& observing() {
  static const std::vector<std::string> commands{std::string(kConfigureStatus), std::string(kDigest),
                                                 std::string(kRevision), std::string(kShowStatus)};
  return commands;
}

BirdStatus read_status(const BirdReplies& replies) {
  BirdStatus status;
  take_configure_status(replies.to(kConfigureStatus), status);
  take_value(replies.to(kDigest), is_sha256_hex, status.digest);
  take_value(replies.to(kRevision), is_number, status.revision);
  take_show_status(replies.to(kShowStatus), status);
  return status;
}

}  // namespace ztix::helper
