#include "core/service/forecast.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/domain/admin_state.h"
#include "core/service/bird_text.h"

namespace ztix::service {
namespace {

using Words = std::set<std::string, std::less<>>;
using Texts = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kIncludeStart = "include \"";
constexpr std::string_view kObjectName = "/object-";

/// Statements of a channel that BIRD takes over without restarting the session (measured on 2.0.12).
constexpr std::string_view kChannelRefilters[] = {
    "import filter", "import where", "import all",    "import none",  "export filter", "export where", "export all",
    "export none",   "import limit", "receive limit", "export limit", "next hop",      "preference"};

bool is_revision_mark(const BirdStatement& statement) {
  return statement.head.starts_with("define ZTIX_REVISION ") || statement.head.starts_with("define ZTIX_DIGEST ");
}

bool is_table(const BirdStatement& statement) { return statement.word(1) == "table"; }

/// Everything of one configuration, sorted by what it is.
struct Index {
  Texts symbols;  ///< functions, filters, constants
  Words shared_symbols;
  Texts tables;
  Texts rtr;
  Texts others;
  std::string router_id;
  std::map<std::string, BirdStatement, std::less<>> templates;
  std::map<std::string, BirdStatement, std::less<>> sessions;

  void add(const BirdStatement& statement, bool is_shared) {
    const auto kind = statement.word(0);
    const std::string name(statement.word(1));
    if (kind == "define" || kind == "function" || kind == "filter") {
      symbols.insert_or_assign(name, statement.text());
      if (is_shared) shared_symbols.insert(name);
    } else if (kind == "template") {
      templates.insert_or_assign(std::string(statement.word(2)), statement);
    } else if (kind == "protocol" && name == "bgp") {
      sessions.insert_or_assign(std::string(statement.word(2)), statement);
    } else if (kind == "protocol" && name == "rpki") {
      rtr.insert_or_assign(std::string(statement.word(2)), statement.text());
    } else if (is_table(statement)) {
      tables.insert_or_assign(std::string(statement.word(2)), statement.text());
    } else if (kind == "router" && name == "id") {
      router_id = statement.text();
    } else {
      others.insert_or_assign(statement.head, statement.text());
    }
  }
};

/// One session with its template's statements before its own, as BIRD reads them.
struct Session {
  std::vector<std::string> options;
  std::map<std::string, std::vector<std::string>> channels;
  bool is_disabled = false;
};

bool is_family(std::string_view word) { return word == "ipv4" || word == "ipv6"; }

void take(const BirdStatement& block, const Index& index, Session& session, int depth = 0) {
  constexpr int kDeepest = 8;
  if (block.word(3) == "from" && depth < kDeepest) {
    const auto parent = index.templates.find(block.word(4));
    if (parent != index.templates.end()) take(parent->second, index, session, depth + 1);
  }
  for (const auto& statement : parse_bird(block.inner)) {
    if (statement.is_block && is_family(statement.word(0))) {
      auto& channel = session.channels[statement.head];
      for (const auto& line : parse_bird(statement.inner)) channel.push_back(line.text());
    } else if (statement.word(0) == "disabled") {
      session.is_disabled = statement.word(1) != "no" && statement.word(1) != "off";
    } else if (statement.word(0) != "description") {
      session.options.push_back(statement.text());
    }
  }
}

Session resolved(const BirdStatement& block, const Index& index) {
  Session session;
  take(block, index, session);
  return session;
}

/// What stands in just one of the two.
std::vector<std::string> differences(std::vector<std::string> before, std::vector<std::string> after) {
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  std::vector<std::string> all;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(all));
  return all;
}

/// The leading plain words: the option's name without its value, which may be a secret.
std::string option_name(std::string_view text) {
  std::string name;
  for (const auto word : split(text, ' ')) {
    const bool plain = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!plain || word.empty()) break;
    name += (name.empty() ? "" : " ") + std::string(word);
  }
  return name.empty() ? std::string(text.substr(0, text.find(' '))) : name;
}

Words changed_names(const Texts& before, const Texts& after) {
  Words names;
  const auto collect = [&names](const Texts& these, const Texts& those) {
    for (const auto& [name, text] : these) {
      const auto other = those.find(name);
      if (other == those.end() || other->second != text) names.insert(name);
    }
  };
  collect(before, after);
  collect(after, before);
  return names;
}

bool mentions(std::string_view text, const Words& names) {
  if (names.empty()) return false;
  const auto words = words_in(text);
  return std::any_of(words.begin(), words.end(), [&names](const auto& word) { return names.contains(word); });
}

/// Names that are changed, and all that use them, directly or not.
Words affected_symbols(Words affected, const Texts& symbols) {
  if (affected.empty()) return affected;
  std::map<std::string_view, Words> uses;
  for (const auto& [name, text] : symbols) uses.emplace(name, words_in(text));
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& [name, words] : uses) {
      if (affected.contains(name)) continue;
      const bool hit =
          std::any_of(words.begin(), words.end(), [&affected](const auto& word) { return affected.contains(word); });
      if (hit) grown = affected.emplace(name).second || grown;
    }
  }
  return affected;
}

/// Compares the sessions of two configurations.
class Comparison {
 public:
  Comparison(const Index& before, const Index& after)
      : before_(before),
        after_(after),
        symbols_(affected_symbols(changed_names(before.symbols, after.symbols), after.symbols)),
        tables_(changed_names(before.tables, after.tables)),
        new_router_id_(before.router_id != after.router_id) {}

  [[nodiscard]] SessionForecast of(const std::string& name) const {
    const auto old = before_.sessions.find(name);
    const auto now = after_.sessions.find(name);
    if (old == before_.sessions.end()) return {SessionChange::added, false, "new"};
    if (now == after_.sessions.end()) return {SessionChange::removed, false, "removed"};
    const auto was = resolved(old->second, before_);
    const auto is = resolved(now->second, after_);
    if (was.is_disabled && is.is_disabled) return {};
    if (is.is_disabled) return {SessionChange::disabled, false, "disabled"};
    if (was.is_disabled) return {SessionChange::enabled, false, "disabled"};
    return compared(was, is);
  }

 private:
  [[nodiscard]] SessionForecast compared(const Session& was, const Session& is) const {
    if (new_router_id_) return {SessionChange::restart, false, "router id"};
    if (const auto option = changed_option(was, is); !option.empty()) return {SessionChange::restart, false, option};
    SessionForecast found;
    for (const auto& [family, lines] : is.channels) {
      const auto old = was.channels.find(family);
      if (old == was.channels.end()) return {SessionChange::restart, false, "channel " + family};
      auto channel = compared(old->second, lines);
      if (channel.change == SessionChange::restart) return channel;
      if (channel.change != SessionChange::none) found = std::move(channel);
    }
    if (was.channels.size() != is.channels.size()) return {SessionChange::restart, false, "channel removed"};
    return found;
  }

  [[nodiscard]] std::string changed_option(const Session& was, const Session& is) const {
    const auto different = differences(was.options, is.options);
    if (!different.empty()) return option_name(different.front());
    for (const auto& option : is.options) {
      if (mentions(option, symbols_)) return option_name(option);
    }
    return {};
  }

  [[nodiscard]] SessionForecast compared(const std::vector<std::string>& was,
                                         const std::vector<std::string>& is) const {
    SessionForecast found;
    for (const auto& line : differences(was, is)) {
      const bool stays = std::any_of(std::begin(kChannelRefilters), std::end(kChannelRefilters),
                                     [&line](std::string_view start) { return line.starts_with(start); });
      if (!stays) return {SessionChange::restart, false, option_name(line)};
      found = {SessionChange::refilter, false, option_name(line)};
    }
    for (const auto& line : is) {
      const auto words = split(line, ' ');
      if (words.size() > 1 && words[0] == "table" && tables_.contains(words[1])) {
        return {SessionChange::restart, false, line};
      }
      if (mentions(line, symbols_)) found = {SessionChange::refilter, false, option_name(line)};
    }
    return found;
  }

  const Index& before_;
  const Index& after_;
  Words symbols_;
  Words tables_;
  bool new_router_id_;
};

/// A root's own statements, without what names revision and objects.
std::vector<BirdStatement> root_statements(std::string_view root) {
  auto all = parse_bird(root);
  std::erase_if(all, [](const auto& statement) {
    const bool is_object =
        statement.head.starts_with(kIncludeStart) && statement.head.find(kObjectName) != std::string::npos;
    return is_object || is_revision_mark(statement);
  });
  return all;
}

void add_all(Index& index, const std::vector<BirdStatement>& statements, bool is_shared) {
  for (const auto& statement : statements) index.add(statement, is_shared);
}

/// Names of the sessions of an object that is the same before and after: nothing else of it matters then.
void add_unchanged(Forecast& forecast, std::string_view object) {
  static constexpr std::string_view kStart = "protocol bgp ";
  for (auto at = object.find(kStart); at != std::string_view::npos; at = object.find(kStart, at + 1)) {
    if (at != 0 && object[at - 1] != '\n') continue;
    const auto name = object.substr(at + kStart.size());
    forecast.sessions.emplace(name.substr(0, name.find_first_of(" {\n")), SessionForecast{});
  }
}

std::set<SharedPart> shared_parts(const Index& before, const Index& after) {
  std::set<SharedPart> parts;
  if (before.router_id != after.router_id) parts.insert(SharedPart::router_id);
  if (before.rtr != after.rtr) parts.insert(SharedPart::rtr);
  if (before.tables != after.tables) parts.insert(SharedPart::tables);
  if (before.templates != after.templates) parts.insert(SharedPart::channels);
  if (before.others != after.others) parts.insert(SharedPart::other);
  for (const auto& name : changed_names(before.symbols, after.symbols)) {
    if (before.shared_symbols.contains(name) || after.shared_symbols.contains(name)) parts.insert(SharedPart::policy);
  }
  return parts;
}

void name_sessions(Forecast& forecast, const std::set<std::string>& named) {
  for (auto& [name, session] : forecast.sessions) session.is_named = named.contains(name);
}

Forecast all_added(const ConfigText& after) {
  Index index;
  add_all(index, root_statements(after.root), true);
  for (const auto& [digest, text] : after.objects) add_all(index, parse_bird(*text), false);
  Forecast forecast;
  for (const auto& [name, block] : index.sessions) {
    const auto change = resolved(block, index).is_disabled ? SessionChange::disabled : SessionChange::added;
    forecast.sessions[name] = {change, false, "new"};
  }
  return forecast;
}

}  // namespace

ConfigText text_of(const render::RenderedConfig& config) {
  ConfigText text{config.root, {}};
  for (const auto& object : config.objects) {
    text.objects.emplace(object->digest, std::shared_ptr<const std::string>(object, &object->text));
  }
  return text;
}

domain::ChangeClass Forecast::change_class() const {
  using domain::ChangeClass;
  auto reach = shared.empty() ? ChangeClass::none : ChangeClass::shared;
  for (const auto& [name, session] : sessions) {
    if (session.change == SessionChange::none) continue;
    const bool restarts = session.change == SessionChange::restart;
    const bool filters = restarts || session.change == SessionChange::refilter;
    auto one = filters ? ChangeClass::filters : ChangeClass::peers_only;
    if (!session.is_named) one = restarts ? ChangeClass::restarts : ChangeClass::shared;
    reach = std::max(reach, one);
  }
  return reach;
}

int Forecast::count(SessionChange change) const {
  return static_cast<int>(std::count_if(sessions.begin(), sessions.end(),
                                        [change](const auto& session) { return session.second.change == change; }));
}

int Forecast::restarts() const {
  return static_cast<int>(std::count_if(sessions.begin(), sessions.end(), [](const auto& session) {
    return session.second.change == SessionChange::restart && !session.second.is_down;
  }));
}

int Forecast::unnamed_restarts() const {
  return static_cast<int>(std::count_if(sessions.begin(), sessions.end(), [](const auto& session) {
    const SessionForecast& told = session.second;
    return told.change == SessionChange::restart && !told.is_down && !told.is_named;
  }));
}

std::set<std::string> named_sessions(const domain::ConfigSnapshot& before, const domain::ConfigSnapshot& after) {
  std::set<std::string> named;
  std::map<std::int64_t, const domain::MembershipConfig*> old;
  for (const auto& membership : before.memberships) old.emplace(membership.id, &membership);
  const auto name_all = [&named](const domain::MembershipConfig& membership) {
    for (const auto family : kAddressFamilies) {
      named.insert(
          domain::protocol_name(membership.asn, membership.router_sequence, membership.network_number, family));
    }
  };
  for (const auto& membership : after.memberships) {
    const auto found = old.find(membership.id);
    const bool is_same =
        found != old.end() && *found->second == membership &&
        std::all_of(kAddressFamilies.begin(), kAddressFamilies.end(), [&](AddressFamily family) {
          return domain::admin_state(before, membership, family) == domain::admin_state(after, membership, family);
        });
    if (!is_same) name_all(membership);
    if (found != old.end()) old.erase(found);
  }
  for (const auto& [id, membership] : old) name_all(*membership);
  return named;
}

Forecast forecast(const std::optional<ConfigText>& before, const ConfigText& after,
                  const std::set<std::string>& named) {
  Forecast result;
  if (!before) {
    result = all_added(after);
    name_sessions(result, named);
    return result;
  }
  const auto old_root = root_statements(before->root);
  const auto new_root = root_statements(after.root);
  const bool is_same_root = old_root == new_root;
  Index old_index;
  Index new_index;
  add_all(old_index, old_root, true);
  add_all(new_index, new_root, true);
  for (const auto& [digest, text] : before->objects) {
    if (!is_same_root || !after.objects.contains(digest)) add_all(old_index, parse_bird(*text), false);
  }
  for (const auto& [digest, text] : after.objects) {
    if (is_same_root && before->objects.contains(digest))
      add_unchanged(result, *text);
    else
      add_all(new_index, parse_bird(*text), false);
  }
  const Comparison comparison(old_index, new_index);
  for (const auto& [name, block] : old_index.sessions) result.sessions[name] = comparison.of(name);
  for (const auto& [name, block] : new_index.sessions) result.sessions[name] = comparison.of(name);
  result.shared = shared_parts(old_index, new_index);
  for (const auto& name : changed_names(old_index.rtr, new_index.rtr)) result.rtr_restarts.emplace(name);
  name_sessions(result, named);
  return result;
}

}  // namespace ztix::service
