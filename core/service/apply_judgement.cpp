#include "core/service/apply_judgement.h"

#include <algorithm>
#include <cmath>

#include "core/service/bird_time.h"

namespace ztix::service {
namespace {

using std::chrono::milliseconds;

using Protocols = std::map<std::string, const ProtocolStatus*, std::less<>>;

Protocols by_name(const HostProbe& probe) {
  Protocols protocols;
  for (const auto& protocol : probe.protocols) protocols.emplace(protocol.name, &protocol);
  return protocols;
}

const ProtocolStatus* find(const Protocols& protocols, const std::string& name) {
  const auto found = protocols.find(name);
  return found == protocols.end() ? nullptr : found->second;
}

bool is_up(const ProtocolStatus* protocol) { return protocol != nullptr && protocol->is_established(); }

/// How long a session had been as it is when its host was looked at; nullopt when the host prints times otherwise.
std::optional<milliseconds> age(const ProtocolStatus& protocol, const HostProbe& probe) {
  const auto since = bird_time(protocol.since);
  const auto now = bird_time(probe.server_time);
  if (!since || !now) return std::nullopt;
  return std::max(milliseconds(0), *now - *since);
}

/// Up in both looks, and started in between.
bool has_restarted(const ProtocolStatus& was, const ProtocolStatus& is, const JudgementRules& rules) {
  const auto before = bird_time(was.since);
  const auto after = bird_time(is.since);
  return before && after && *after - *before > rules.since_jitter;
}

bool stays_up(SessionChange change) { return change == SessionChange::none || change == SessionChange::refilter; }

/// `_n1_v4`: sessions that share a table, hence each other's routes.
std::string_view channel_of(std::string_view name) {
  const auto at = name.rfind("_n");
  return at == std::string_view::npos ? name : name.substr(at);
}

std::int64_t fall(std::int64_t before, std::int64_t after) { return std::max<std::int64_t>(0, before - after); }

std::string from_to(std::int64_t before, std::int64_t after) {
  return std::to_string(before) + " to " + std::to_string(after);
}

/// One verdict; the rules in the order in which they are asked.
class Verdict {
 public:
  Verdict(const Evidence& evidence, const JudgementRules& rules)
      : e_(evidence), rules_(rules), before_(by_name(evidence.before.probe)), after_(by_name(evidence.after)) {
    if (e_.witness != nullptr) witness_ = by_name(*e_.witness);
    for (const auto& [name, session] : e_.forecast.sessions) explain(name, session);
  }

  std::optional<Harm> first_harm() const {
    if (auto harm = not_as_configured()) return harm;
    if (auto harm = broken()) return harm;
    if (auto harm = lost()) return harm;
    if (auto harm = next_hops()) return harm;
    if (auto harm = filtered()) return harm;
    if (auto harm = exported()) return harm;
    if (auto harm = roas()) return harm;
    return totals();
  }

 private:
  using Found = std::optional<Harm>;

  [[nodiscard]] Found not_as_configured() const {
    for (const auto& name : e_.wanted) {
      if (!after_.contains(name))
        return Harm{HarmKind::session_missing, "Session " + name + " is missing from the running configuration."};
    }
    for (const auto& [name, session] : e_.forecast.sessions) {
      if (session.change == SessionChange::removed && after_.contains(name))
        return Harm{HarmKind::session_left, "Session " + name + " is still there, although it was removed."};
      if (session.change == SessionChange::disabled && e_.wanted.contains(name) && !e_.kept_down.contains(name))
        return Harm{HarmKind::session_disabled, "Session " + name + " is switched off, although it shall be up."};
    }
    for (const auto& name : e_.kept_down) {
      const auto* const is = find(after_, name);
      if (is != nullptr && is->state != "down")
        return Harm{HarmKind::session_not_down, "Session " + name + " is not down, although it shall be."};
    }
    return std::nullopt;
  }

  // BIRD's `Error:` is its own trouble with what it was told, not the member's. Without one session of that channel
  // that had been up, it is the host's (its interface is not there), and no change made it.
  [[nodiscard]] Found broken() const {
    for (const auto& [name, session] : e_.forecast.sessions) {
      const bool is_new = session.change == SessionChange::added || session.change == SessionChange::enabled;
      const auto* const is = find(after_, name);
      if (!is_new || is == nullptr || !is->info.starts_with("Error:")) continue;
      const bool works_for_others = std::any_of(before_.begin(), before_.end(), [&name = name](const auto& other) {
        return other.second->is_established() && channel_of(other.first) == channel_of(name);
      });
      if (works_for_others)
        return Harm{HarmKind::session_broken, "New session " + name + " cannot come up: " + is->info + "."};
    }
    return std::nullopt;
  }

  [[nodiscard]] Found lost() const {
    for (const auto& [name, session] : e_.forecast.sessions) {
      const auto* const was = find(before_, name);
      if (!stays_up(session.change) || !is_up(was) || !e_.before.steady.contains(name) || kept_up(*was, name)) continue;
      if (is_own_doing(name)) continue;
      const auto* const is = find(after_, name);
      const auto now = is_up(is) ? std::string("was started anew") : "is now " + (is == nullptr ? "gone" : is->info);
      return Harm{HarmKind::session_lost,
                  "Session " + name + " was Established and " + now + ", although the change does not touch it."};
    }
    return std::nullopt;
  }

  [[nodiscard]] Found next_hops() const {
    for (const auto& [name, count] : e_.wrong_next_hops) {
      if (count > 0)
        return Harm{HarmKind::wrong_next_hop, "Session " + name + " is given " + std::to_string(count) +
                                                  " routes whose next hop is not the member they came from."};
    }
    return std::nullopt;
  }

  [[nodiscard]] Found filtered() const {
    for (const auto& [name, session] : e_.forecast.sessions) {
      const auto* const was = counted(before_, name);
      const auto* const is = counted(after_, name);
      if (!stays_up(session.change) || session.is_named || was == nullptr || is == nullptr) continue;
      const auto grown = is->filtered - was->filtered;
      const auto* const there = counted(witness_, name);
      const auto own = there == nullptr ? 0 : fall(there->filtered, was->filtered);
      if (grown > own + slack(was->filtered + was->imported))
        return Harm{HarmKind::filtered_grew,
                    "Refused routes of session " + name + " went from " + from_to(was->filtered, is->filtered) + "."};
    }
    return std::nullopt;
  }

  [[nodiscard]] Found exported() const {
    for (const auto& [name, session] : e_.forecast.sessions) {
      const auto* const was = counted(before_, name);
      const auto* const is = counted(after_, name);
      if (!stays_up(session.change) || was == nullptr || is == nullptr) continue;
      const auto fallen = fall(was->exported, is->exported);
      if (fallen > explained_for(name) + slack(was->exported))
        return Harm{HarmKind::exported_fell,
                    "Routes given to session " + name + " went from " + from_to(was->exported, is->exported) + "."};
    }
    return std::nullopt;
  }

  // More of them is only strange when the caches had been heard for long: a BIRD that was just started is still
  // loading.
  [[nodiscard]] Found roas() const {
    const auto& known = e_.before.probe.protocols;
    const bool is_loaded = std::any_of(known.begin(), known.end(), [this](const auto& protocol) {
      return protocol.protocol == "RPKI" && e_.before.steady.contains(protocol.name);
    });
    const bool is_new_cache = e_.forecast.shared.contains(SharedPart::rtr);
    for (const auto& [table, count] : e_.before.probe.roa_counts) {
      const auto found = e_.after.roa_counts.find(table);
      const auto now = found == e_.after.roa_counts.end() ? 0 : found->second;
      const auto least = is_new_cache ? rules_.least_roas : rules_.least_total;
      const bool too_few = count > 0 && (now == 0 || below(now, count, least));
      if (too_few || (!is_new_cache && is_loaded && count > 0 && above(now, count, 0)))
        return Harm{HarmKind::roas_moved, "ROA table " + table + " went from " + from_to(count, now) + " entries."};
    }
    return std::nullopt;
  }

  // Only sessions that are up in both looks; what else was there explains a fall, what is new a growth.
  [[nodiscard]] Found totals() const {
    SessionCounters was{}, is{};
    std::int64_t explained_in = 0, explained_out = 0, growth = 0;
    for (const auto& [name, session] : e_.forecast.sessions) {
      const auto* const old = counted(before_, name);
      const auto* const now = counted(after_, name);
      if (old == nullptr || now == nullptr || !stays_up(session.change)) continue;
      was.imported += old->imported;
      is.imported += now->imported;
      was.exported += old->exported;
      is.exported += now->exported;
      const auto own = own_fall_.find(name);
      explained_in += own == own_fall_.end() ? 0 : own->second;
      explained_out += explained_for(name);
      const auto grown = growth_.find(channel_of(name));
      growth += grown == growth_.end() ? 0 : grown->second;
    }
    if (below(is.imported + explained_in, was.imported, rules_.least_total))
      return Harm{HarmKind::totals_moved, "All accepted routes went from " + from_to(was.imported, is.imported) + "."};
    if (below(is.exported + explained_out, was.exported, rules_.least_total) ||
        above(is.exported, was.exported, growth))
      return Harm{HarmKind::totals_moved, "All given routes went from " + from_to(was.exported, is.exported) + "."};
    return std::nullopt;
  }

  /// Notes how many of a session's own routes went away for a reason, and how many came.
  void explain(const std::string& name, const SessionForecast& session) {
    const auto* const was = counted(before_, name);
    const auto* const is = counted(after_, name);
    const auto imported = is == nullptr ? 0 : is->imported;
    if (was == nullptr || imported > was->imported)
      growth_[std::string(channel_of(name))] += imported - (was == nullptr ? 0 : was->imported);
    if (was == nullptr) return;
    auto fallen = fall(was->imported, imported);
    const bool is_excused = !stays_up(session.change) || session.is_named || !e_.before.steady.contains(name);
    if (!is_excused) fallen = std::min(fallen, own_fall(name, was->imported));
    if (fallen == 0) return;
    own_fall_[name] = fallen;
    fall_[std::string(channel_of(name))] += fallen;
  }

  /// What a member has withdrawn by itself: the witness, whose rules are the same, has no more of it either.
  [[nodiscard]] std::int64_t own_fall(const std::string& name, std::int64_t before) const {
    const auto there = witness_.find(name);
    if (there == witness_.end()) return 0;
    const auto* const counters = counted(witness_, name);
    return fall(before, counters == nullptr ? 0 : counters->imported);
  }

  /// What the others' withdrawals may take from this one.
  [[nodiscard]] std::int64_t explained_for(const std::string& name) const {
    const auto all = fall_.find(channel_of(name));
    const auto own = own_fall_.find(name);
    return (all == fall_.end() ? 0 : all->second) - (own == own_fall_.end() ? 0 : own->second);
  }

  static const SessionCounters* counted(const Protocols& protocols, const std::string& name) {
    const auto* const found = find(protocols, name);
    return is_up(found) && found->counters ? &*found->counters : nullptr;
  }

  [[nodiscard]] bool kept_up(const ProtocolStatus& was, const std::string& name) const {
    const auto* const is = find(after_, name);
    return is_up(is) && !has_restarted(was, *is, rules_);
  }

  /// It is gone, or new, on a route server that nobody touched.
  [[nodiscard]] bool is_own_doing(const std::string& name) const {
    const auto* const there = find(witness_, name);
    if (there == nullptr) return false;
    if (!there->is_established()) return true;
    const auto up_for = age(*there, *e_.witness);
    return up_for && *up_for < time_between(e_.before.probe, e_.after) + rules_.since_jitter;
  }

  [[nodiscard]] std::int64_t slack(std::int64_t count) const {
    return std::max(rules_.slack,
                    static_cast<std::int64_t>(std::ceil(static_cast<double>(count) * rules_.slack_share)));
  }
  [[nodiscard]] bool below(std::int64_t now, std::int64_t before, double share) const {
    return before - now > rules_.slack && static_cast<double>(now) < static_cast<double>(before) * share;
  }
  [[nodiscard]] bool above(std::int64_t now, std::int64_t before, std::int64_t explained) const {
    const auto rest = now - explained;
    return rest - before > rules_.slack && static_cast<double>(rest) > static_cast<double>(before) * rules_.most_total;
  }

  const Evidence& e_;
  const JudgementRules& rules_;
  Protocols before_;
  Protocols after_;
  Protocols witness_;
  std::map<std::string, std::int64_t, std::less<>> own_fall_;  ///< by session
  std::map<std::string, std::int64_t, std::less<>> fall_;      ///< by channel
  std::map<std::string, std::int64_t, std::less<>> growth_;    ///< by channel
};

}  // namespace

std::string_view to_string(HarmKind kind) noexcept {
  switch (kind) {
    case HarmKind::session_missing:
      return "session_missing";
    case HarmKind::session_left:
      return "session_left";
    case HarmKind::session_not_down:
      return "session_not_down";
    case HarmKind::session_disabled:
      return "session_disabled";
    case HarmKind::session_broken:
      return "session_broken";
    case HarmKind::session_lost:
      return "session_lost";
    case HarmKind::filtered_grew:
      return "filtered_grew";
    case HarmKind::exported_fell:
      return "exported_fell";
    case HarmKind::totals_moved:
      return "totals_moved";
    case HarmKind::roas_moved:
      return "roas_moved";
    case HarmKind::wrong_next_hop:
      return "wrong_next_hop";
  }
  return "";
}

std::vector<std::string> session_names(const domain::ConfigSnapshot& snapshot,
                                       const domain::MembershipConfig& membership) {
  std::vector<std::string> names;
  for (const auto& attachment : snapshot.route_server.attachments) {
    if (attachment.network_number != membership.network_number) continue;
    for (const auto family : kAddressFamilies) {
      if (!domain::has_session(membership, attachment, family)) continue;
      names.push_back(
          domain::protocol_name(membership.asn, membership.router_sequence, membership.network_number, family));
    }
  }
  return names;
}

std::string member_name(const domain::MembershipConfig& membership) {
  return "AS" + membership.asn.text() + ", router " + std::to_string(membership.router_sequence);
}

std::optional<Harm> judge(const Evidence& evidence, const JudgementRules& rules) {
  return Verdict(evidence, rules).first_harm();
}

Baseline baseline_of(HostProbe probe, const JudgementRules& rules) {
  Baseline baseline{std::move(probe), {}};
  for (const auto& protocol : baseline.probe.protocols) {
    const auto up_for = age(protocol, baseline.probe);
    if (protocol.is_established() && (!up_for || *up_for >= rules.steady_after)) baseline.steady.insert(protocol.name);
  }
  return baseline;
}

// A session that is down now and was steady before the first try has to come up again, whenever that is: so it has no
// time to be compared with. The clock is the earlier one's, for what members did since then.
Baseline joined_baseline(const Baseline& earlier, Baseline now) {
  const auto old = by_name(earlier.probe);
  bool is_missing = false;
  for (auto& protocol : now.probe.protocols) {
    const auto* const was = find(old, protocol.name);
    if (!earlier.steady.contains(protocol.name) || was == nullptr) continue;
    now.steady.insert(protocol.name);
    if (protocol.is_established()) continue;
    is_missing = true;
    protocol = *was;
    protocol.since.clear();
  }
  for (const auto& [table, count] : earlier.probe.roa_counts) {
    auto& known = now.probe.roa_counts[table];
    is_missing = is_missing || known < count;
    known = std::max(known, count);
  }
  if (is_missing) now.probe.bird_started = earlier.probe.bird_started;
  if (bird_time(earlier.probe.server_time)) now.probe.server_time = earlier.probe.server_time;
  return now;
}

bool is_same_bird(const HostProbe& before, const HostProbe& after) {
  return before.bird_started.empty() || after.bird_started.empty() || before.bird_started == after.bird_started;
}

bool is_witness(const HostProbe& probe, milliseconds window) {
  const auto now = bird_time(probe.server_time);
  const auto changed = bird_time(probe.last_reconfigured);
  return probe.bird_up && !probe.armed && now && changed && *now - *changed >= window;
}

milliseconds time_between(const HostProbe& before, const HostProbe& after) {
  const auto from = bird_time(before.server_time);
  const auto to = bird_time(after.server_time);
  return from && to ? std::max(milliseconds(0), *to - *from) : milliseconds(0);
}

std::map<std::string, SessionMeasurement> measure(const HostProbe& before, const HostProbe& after,
                                                  const JudgementRules& rules) {
  std::map<std::string, SessionMeasurement> sessions;
  for (const auto& was : before.protocols) {
    if (was.protocol != "BGP") continue;
    auto& session = sessions[was.name];
    session.was_up = was.is_established();
    session.has_restarted = session.was_up;
    session.before = was.counters;
  }
  const auto old = by_name(before);
  for (const auto& is : after.protocols) {
    if (is.protocol != "BGP") continue;
    auto& session = sessions[is.name];
    const auto* const was = find(old, is.name);
    session.is_up = is.is_established();
    session.has_restarted = is_up(was) && (!session.is_up || service::has_restarted(*was, is, rules));
    session.after = is.counters;
  }
  return sessions;
}

}  // namespace ztix::service
