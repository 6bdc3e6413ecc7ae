#include "route-server/helper/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "core/base/uuid.h"

namespace ztix::helper {
namespace {

constexpr std::size_t kLongestNumber = 18;  // what fits into 63 bits whatever the digits
constexpr std::size_t kLongestName = 64;    // BIRD's SYM_MAX_LEN
constexpr std::string_view kJob = "job=";

constexpr std::array kVerbs{
    std::pair{std::string_view("probe"), Verb::probe},     std::pair{std::string_view("nexthops"), Verb::nexthops},
    std::pair{std::string_view("have"), Verb::have},       std::pair{std::string_view("get"), Verb::get},
    std::pair{std::string_view("put"), Verb::put},         std::pair{std::string_view("check"), Verb::check},
    std::pair{std::string_view("arm"), Verb::arm},         std::pair{std::string_view("status"), Verb::status},
    std::pair{std::string_view("confirm"), Verb::confirm}, std::pair{std::string_view("undo"), Verb::undo},
    std::pair{std::string_view("persist"), Verb::persist}, std::pair{std::string_view("disable"), Verb::disable},
    std::pair{std::string_view("enable"), Verb::enable},   std::pair{std::string_view("gc"), Verb::gc},
};

constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_job(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '-';
  });
}

Error usage(std::string_view which) { return fail(ErrorCode::invalid_argument, "usage " + std::string(which)); }

/// `job=ID` is the last word if it is there at all.
Status take_arguments(const std::vector<std::string_view>& words, Words& call) {
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (!words[i].starts_with(kJob)) {
      call.arguments.emplace_back(words[i]);
      continue;
    }
    call.job = words[i].substr(kJob.size());
    if (i + 1 != words.size() || !is_job(call.job)) return usage("job");
  }
  if (call.verb != Verb::probe) return {};
  call.adopt = call.arguments == std::vector<std::string>{"--adopt"};
  if (!call.adopt && !call.arguments.empty()) return usage("arguments");
  return {};
}

}  // namespace

bool are_plain(std::string_view words) noexcept {
  return !words.empty() && std::all_of(words.begin(), words.end(), [](char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' || c == '=' || c == '-' || c == ' ';
  });
}

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\n";
  std::vector<std::string_view> words;
  for (auto from = line.find_first_not_of(kBlanks); from != std::string_view::npos;) {
    const auto to = line.find_first_of(kBlanks, from);
    words.push_back(line.substr(from, to - from));
    from = line.find_first_not_of(kBlanks, to);
  }
  return words;
}

std::string_view take_line(std::string_view& text) noexcept { return take_before(text, '\n'); }

Result<Words> parse_words(std::string_view text, bool is_serving) {
  if (!are_plain(text)) return usage("words");
  const auto words = words_of(text);
  if (words.size() < 3) return usage("arguments");
  const auto* const verb =
      std::find_if(kVerbs.begin(), kVerbs.end(), [&words](const auto& known) { return known.first == words[0]; });
  if (verb == kVerbs.end() || (is_serving && verb->second == Verb::get)) return usage("verb");
  if (!is_uuid(words[1])) return usage("installation");
  const auto fence = parse_number(words[2]);
  if (!fence) return usage("fence");
  Words call;
  call.verb = verb->second;
  call.verb_name = verb->first;
  call.installation = words[1];
  call.fence = *fence;
  ZTIX_CHECK(take_arguments(words, call));
  return call;
}

std::optional<std::int64_t> parse_number(std::string_view text) noexcept {
  if (text.size() > kLongestNumber || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  return parse_decimal<std::int64_t>(text);
}

bool is_uuid(std::string_view text) {
  const auto id = Uuid::parse(text);
  return id && id->text() == text;
}

bool is_protocol(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kLongestName && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

}  // namespace ztix::helper
