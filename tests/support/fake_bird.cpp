#include "tests/support/fake_bird.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

#include "core/base/text.h"

namespace ztix::test {
namespace {

using service::CheckVerdict;

constexpr std::string_view kIncludeStart = "include \"/var/lib/ztix-rs/";

/// Words a statement may begin with at the top of a configuration; enough for everything that is rendered.
constexpr std::array<std::string_view, 14> kStatements = {"define",   "router",   "timeformat", "log",  "protocol",
                                                          "template", "function", "filter",     "roa4", "roa6",
                                                          "ipv4",     "ipv6",     "watchdog",   "debug"};

struct Statement {
  int line = 0;
  std::string text;
};

/// Cuts a file into its top-level statements; comments and strings are respected, blanks squeezed.
class Splitter {
 public:
  Splitter(std::string file, std::string_view text, std::vector<Statement>& into)
      : file_(std::move(file)), text_(text), into_(into) {}

  /// @return where it went wrong, or a verdict that is ok.
  CheckVerdict split() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '#' && !in_string_)
        i = std::min(text_.find('\n', i), text_.size()) - 1;
      else if (!take(text_[i]))
        return error("syntax error, unexpected CF_SYM_UNDEFINED");
    }
    if (depth_ != 0 || in_string_ || !blank()) return error("syntax error, unexpected END");
    return {true, {}, 0, {}};
  }

 private:
  bool take(char c) {
    if (c == '\n') ++line_;
    if (c == '"') in_string_ = !in_string_;
    if (blank() && std::isspace(static_cast<unsigned char>(c)) != 0) return true;
    if (blank()) current_.line = line_;
    current_.text.push_back(c);
    if (in_string_) return true;
    if (c == '{' || c == '(') ++depth_;
    if (c == '}' || c == ')') --depth_;
    const bool ends = depth_ == 0 && (c == ';' || c == '}');
    return depth_ >= 0 && (!ends || finish());
  }
  bool finish() {
    if (current_.text == ";") {
      current_ = {};
      return true;
    }
    const auto word = current_.text.substr(0, current_.text.find_first_of(" \t\n{;"));
    const bool known =
        word == "include" || std::find(kStatements.begin(), kStatements.end(), word) != kStatements.end();
    if (known) into_.push_back(std::exchange(current_, {}));
    return known;
  }
  [[nodiscard]] bool blank() const { return current_.text.empty(); }
  [[nodiscard]] CheckVerdict error(const std::string& message) const { return {false, file_, line_, message}; }

  std::string file_;
  std::string_view text_;
  std::vector<Statement>& into_;
  Statement current_;
  int line_ = 1;
  int depth_ = 0;
  bool in_string_ = false;
};

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + " ") {
    if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == ';' || c == '{') {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
    } else {
      word.push_back(c);
    }
  }
  return words;
}

std::string between_quotes(const std::string& text) {
  const auto from = text.find('"');
  const auto to = text.find('"', from + 1);
  return to == std::string::npos ? std::string{} : text.substr(from + 1, to - from - 1);
}

void take_define(const std::vector<std::string>& words, const std::string& text, FakeBirdConfig& config) {
  if (words.size() < 4) return;
  if (words[1] == "ZTIX_DIGEST") config.digest = between_quotes(text);
  if (words[1] == "ZTIX_REVISION") config.revision = parse_decimal<std::int64_t>(words[3]).value_or(0);
}

/// @return false for a name that is taken.
bool take_statement(const std::string& text, FakeBirdConfig& config) {
  const auto words = words_of(text);
  if (words.front() == "define") take_define(words, text, config);
  if (words.front().starts_with("roa") && words.size() > 2) config.roa_tables.push_back(words[2]);
  if (words.front() != "protocol" || words.size() < 2) return true;
  const auto name = words.size() > 2 && words[2] != "}" ? words[2] : words[1] + "1";
  const bool off = text.find("disabled yes") != std::string::npos || text.find("disabled;") != std::string::npos;
  auto type = words[1];
  if (type == "bgp")
    type = "BGP";
  else if (type == "rpki")
    type = "RPKI";
  else
    type.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(type.front())));
  return config.protocols.try_emplace(name, FakeBirdConfig::Protocol{type, text, off}).second;
}

}  // namespace

CheckVerdict FakeBird::parse(const std::string& root_file, const FakeFiles& files, FakeBirdConfig& config) {
  const auto path = "/var/lib/ztix-rs/" + root_file;
  const auto text = files(root_file);
  if (!text) return {false, path, 0, "No such file or directory"};
  std::vector<Statement> statements;
  if (auto verdict = Splitter(path, *text, statements).split(); !verdict.ok) return verdict;
  for (const auto& statement : statements) {
    if (statement.text.starts_with(kIncludeStart)) {
      auto verdict =
          parse(between_quotes(statement.text).substr(std::string_view("/var/lib/ztix-rs/").size()), files, config);
      if (!verdict.ok) return verdict;
    } else if (!take_statement(statement.text, config)) {
      return {false, path, statement.line, "syntax error, unexpected CF_SYM_KNOWN"};
    }
  }
  return {true, {}, 0, {}};
}

void FakeBird::start(FakeBirdConfig config) {
  up_ = true;
  ++starts_;
  live_.clear();
  former_.reset();
  undo_in_.reset();
  run(std::move(config));
}

void FakeBird::kill() {
  up_ = false;
  undo_in_.reset();
  former_.reset();
}

void FakeBird::run(FakeBirdConfig config) {
  std::map<std::string, Live> live;
  for (const auto& [name, protocol] : config.protocols) {
    const auto old = running_.protocols.find(name);
    const auto was = live_.find(name);
    const bool same = was != live_.end() && old != running_.protocols.end() && old->second.text == protocol.text;
    // Same text: it goes on as it was, unless a hand had switched it off, for a configure switches it on again.
    const bool goes_on = same && was->second.on == !protocol.disabled;
    const bool remembers = protocol.disabled && was != live_.end() && was->second.limit_hit;
    live[name] = goes_on ? was->second : Live{!protocol.disabled, false, remembers, now_, {}};
  }
  live_ = std::move(live);
  running_ = std::move(config);
  reconfigured_ = now_;
}

void FakeBird::advance(std::chrono::milliseconds duration) {
  now_ += duration;
  if (!undo_in_) return;
  *undo_in_ -= duration;
  if (undo_in_->count() <= 0) undo();
}

void FakeBird::configure(FakeBirdConfig config, std::optional<std::chrono::milliseconds> undo_after) {
  former_ = running_;
  undo_in_ = undo_after;
  run(std::move(config));
}

bool FakeBird::confirm() {
  const bool was_armed = undo_in_.has_value();
  undo_in_.reset();
  return was_armed;
}

void FakeBird::undo() {
  undo_in_.reset();
  if (former_) run(*std::exchange(former_, std::nullopt));
}

bool FakeBird::switch_protocol(const std::string& name, bool on) {
  const auto found = live_.find(name);
  if (found == live_.end()) return false;
  if (found->second.on != on) found->second = Live{on, false, false, now_, {}};
  return true;
}

void FakeBird::hit_limit(const std::string& protocol) {
  const auto found = live_.find(protocol);
  if (found != live_.end() && found->second.on) found->second = Live{false, false, true, now_, {}};
}

void FakeBird::establish(const std::string& protocol) {
  const auto found = live_.find(protocol);
  if (found == live_.end() || !found->second.on) return;
  found->second.established = true;
  found->second.since = now_ - std::chrono::hours(1);
}

void FakeBird::lose(const std::string& protocol) {
  const auto found = live_.find(protocol);
  if (found != live_.end()) found->second.established = false;
}

void FakeBird::set_counters(const std::string& protocol, const service::SessionCounters& counters) {
  const auto found = live_.find(protocol);
  if (found != live_.end()) found->second.counters = counters;
}

std::int64_t FakeBird::foreign_next_hops(const std::string& protocol) const {
  const auto found = foreign_next_hops_.find(protocol);
  return found == foreign_next_hops_.end() ? 0 : found->second;
}

std::vector<service::ProtocolStatus> FakeBird::protocols() const {
  std::vector<service::ProtocolStatus> all;
  for (const auto& [name, live] : live_) {
    const auto& type = running_.protocols.at(name).type;
    const bool session = type == "BGP" || type == "RPKI";
    const auto* const state = !live.on ? "down" : session && !live.established ? "start" : "up";
    const auto* const info = !session || !live.on ? "" : live.established ? "Established" : "Active";
    all.push_back({name, type, state, stamp(live.since), info});
    if (type == "BGP" && live.established) all.back().counters = live.counters;
    all.back().is_limit_hit = live.limit_hit;
  }
  return all;
}

std::map<std::string, std::int64_t> FakeBird::roa_counts() const {
  std::map<std::string, std::int64_t> counts;
  for (const auto& table : running_.roa_tables) {
    const auto found = roa_counts_.find(table);
    counts[table] = found == roa_counts_.end() ? 0 : found->second;
  }
  return counts;
}

// As `timeformat … iso long ms` prints it.
std::string FakeBird::stamp(std::chrono::milliseconds at) {
  const auto time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + at;
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const auto rest = (time - day).count();
  const auto fraction = std::to_string(1000 + rest % 1000).substr(1);
  return "2026-" + two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day())) + "T" +
         two(rest / 3'600'000) + ":" + two(rest / 60'000 % 60) + ":" + two(rest / 1000 % 60) + "." + fraction;
}

}  // namespace ztix::test
