#include "route-server/helper/bird_protocols.h"

#include <algorithm>
#include <cstdint>

#include "route-server/helper/words.h"

namespace ztix::helper {
namespace {

constexpr int kProtocol = 1002;
constexpr int kCount = 1007;
constexpr std::string_view kLastError = "Last error:";

struct Session {
  std::string name;
  bool is_up = false;
  std::int64_t imported = 0;
  std::int64_t filtered = 0;
  std::int64_t exported = 0;
  std::int64_t preferred = 0;
  bool hit_a_limit = false;
  std::string error;
};

bool is_time_of_day(std::string_view word) {
  const auto digit = [word](std::size_t at) { return word[at] >= '0' && word[at] <= '9'; };
  return word.size() >= 5 && digit(0) && digit(1) && word[2] == ':' && digit(3) && digit(4);
}

/// `name BGP --- start 2026-01-31 12:00:00.123 Active`: a time of two words becomes one.
void say_protocol(const std::vector<std::string_view>& words, Answer& answer) {
  const auto word = [&words](std::size_t at) { return at < words.size() ? words[at] : std::string_view{}; };
  std::string since(word(4));
  std::size_t rest = 5;
  if (is_time_of_day(word(5))) {
    since.append("T").append(word(5));
    rest = 6;
  }
  std::string line;
  line.append(word(0)).append(" ").append(word(1)).append(" ").append(word(3)).append(" ").append(since);
  for (; rest < words.size(); ++rest) line.append(" ").append(words[rest]);
  answer.say({"protocol", line});
}

/// `Routes: 2 imported, 1 filtered, 5 exported, 2 preferred`, one line for each channel.
void add_routes(const std::vector<std::string_view>& words, Session& session) {
  session.is_up = true;
  for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
    const auto count = parse_number(words[i]).value_or(0);
    const auto what = words[i + 1];
    if (what.starts_with("imported")) session.imported += count;
    if (what.starts_with("filtered")) session.filtered += count;
    if (what.starts_with("exported")) session.exported += count;
    if (what.starts_with("preferred")) session.preferred += count;
  }
}

void take_detail(std::string_view text, Session& session) {
  const auto words = words_of(text);
  if (words.empty()) return;
  if (words[0] == "Routes:") return add_routes(words, session);
  if (const auto at = text.find(kLastError); at != std::string_view::npos && words[0] == "Last") {
    const auto rest = text.substr(at + kLastError.size());
    session.error = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
    return;
  }
  if (text.find(" limit: ") != std::string_view::npos && text.ends_with("[HIT]")) session.hit_a_limit = true;
}

void say_session(const Session& session, Answer& answer) {
  std::string counts = "- - - -";
  if (session.is_up) {
    counts = std::to_string(session.imported) + " " + std::to_string(session.filtered) + " " +
             std::to_string(session.exported) + " " + std::to_string(session.preferred);
  }
  answer.say({"session", session.name, counts, session.hit_a_limit ? "hit" : "-", session.error});
}

}  // namespace

void say_protocols(const BirdReply& reply, Answer& answer) {
  Session session;  // without a name until one has begun
  const auto end_session = [&session, &answer] {
    if (!session.name.empty()) say_session(session, answer);
    session = {};
  };
  for (const auto& line : reply.lines) {
    if (line.code == kProtocol) {
      end_session();
      const auto words = words_of(line.text);
      if (words.empty()) continue;
      say_protocol(words, answer);
      if (words.size() > 1 && words[1] == "BGP") session.name = words[0];
    } else if (!session.name.empty()) {
      take_detail(line.text, session);
    }
  }
  end_session();
}

void say_roa_count(const BirdReply& reply, Answer& answer) {
  for (const auto& line : reply.lines) {
    const auto words = words_of(line.text);
    if (line.code == kCount && !line.goes_on && !words.empty()) answer.say({"roa", words.back(), words.front()});
  }
}

std::optional<std::string> first_count(const BirdReply& reply) {
  for (const auto& line : reply.lines) {
    const auto words = words_of(line.text);
    if (line.code != kCount || line.goes_on || words.size() < 2 || words[1] != "of") continue;
    if (parse_number(words[0])) return std::string(words[0]);
  }
  return std::nullopt;
}

std::vector<std::string> protocol_names(const BirdReply& reply) {
  std::vector<std::string> names;
  for (const auto& line : reply.lines) {
    if (line.code != kProtocol) continue;
    if (const auto words = words_of(line.text); !words.empty()) names.emplace_back(words.front());
  }
  return names;
}

}  // namespace ztix::helper
