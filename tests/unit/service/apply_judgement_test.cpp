// A8's rules, one test each: what is harm, and what only looks like it.

#include "core/service/apply_judgement.h"

#include <doctest/doctest.h>

#include "core/service/bird_time.h"

using namespace ztix;
using service::HarmKind;
using service::HostProbe;
using service::ProtocolStatus;
using service::SessionChange;
using service::SessionCounters;
using service::SharedPart;

namespace {

const std::string kOne = "as64496_0001_n1_v4";
const std::string kTwo = "as64497_0001_n1_v4";
const std::string kSix = "as64496_0001_n1_v6";

/// 09:00:00 plus so many seconds.
std::string clock_at(int second) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "2026-11-21T09:" + two(second / 60) + ":" + two(second % 60);
}

ProtocolStatus up(const std::string& name, const SessionCounters& counters, const std::string& since) {
  return {name, "BGP", "up", since, "Established", counters};
}
ProtocolStatus down(const std::string& name, const std::string& info = "Active") {
  return {name, "BGP", info.starts_with("Error") || info.empty() ? "down" : "start", clock_at(601), info};
}

/// Three members' sessions, up for long, and ROAs; looked at ten minutes past nine.
struct Case {
  Case() {
    for (const auto& name : {kOne, kTwo, kSix}) {
      before.protocols.push_back(up(name, {100, 10, 200, 90}, clock_at(0)));
      forecast.sessions[name];
      wanted.insert(name);
    }
    before.protocols.push_back({"rtr_1", "RPKI", "up", clock_at(0), "Established"});
    before.server_time = clock_at(600);
    before.roa_counts["ztix_roa_v4"] = 1000;
    after = before;
    after.server_time = clock_at(602);
    there = after;
  }

  ProtocolStatus& now(const std::string& name) { return find(after, name); }
  ProtocolStatus& elsewhere(const std::string& name) { return find(there, name); }
  void add(const std::string& name, SessionChange change, ProtocolStatus status) {
    forecast.sessions[name].change = change;
    wanted.insert(name);
    after.protocols.push_back(std::move(status));
  }

  std::optional<HarmKind> verdict() {
    const auto baseline = joined ? *joined : service::baseline_of(before, rules);
    const auto harm = service::judge(
        {forecast, wanted, kept_down, baseline, after, has_witness ? &there : nullptr, wrong_next_hops}, rules);
    if (!harm) return std::nullopt;
    CHECK_FALSE(harm->message.empty());
    return harm->kind;
  }

  service::Forecast forecast;
  std::set<std::string> wanted, kept_down;
  HostProbe before, after, there;
  std::optional<service::Baseline> joined;
  bool has_witness = false;
  std::map<std::string, std::int64_t> wrong_next_hops;
  service::JudgementRules rules;

 private:
  static ProtocolStatus& find(HostProbe& probe, const std::string& name) {
    for (auto& protocol : probe.protocols) {
      if (protocol.name == name) return protocol;
    }
    throw std::logic_error("no such session");
  }
};

}  // namespace

TEST_CASE("A change that changes nothing else does no harm") { CHECK_FALSE(Case().verdict()); }

TEST_CASE("A wanted session that BIRD does not have is harm") {
  Case c;
  c.wanted.insert("as64498_0001_n1_v4");
  CHECK(c.verdict() == HarmKind::session_missing);
}

TEST_CASE("A removed session that is still there is harm") {
  Case c;
  c.forecast.sessions[kOne].change = SessionChange::removed;
  CHECK(c.verdict() == HarmKind::session_left);
}

TEST_CASE("A session that shall be down and is not is harm") {
  Case c;
  c.kept_down.insert(kTwo);
  CHECK(c.verdict() == HarmKind::session_not_down);
  c.now(kTwo) = down(kTwo, "");
  c.forecast.sessions[kTwo].change = SessionChange::disabled;
  CHECK_FALSE(c.verdict());
}

TEST_CASE(
    "A session that the configuration switches off although it shall be up is harm, and foreseeing it no excuse") {
  Case change;
  change.forecast.sessions[kOne].change = SessionChange::disabled;
  change.now(kOne) = down(kOne, "");
  CHECK(change.verdict() == HarmKind::session_disabled);
  change.kept_down.insert(kOne);
  CHECK_FALSE(change.verdict());
}

TEST_CASE("A new session that only waits for its member does no harm") {
  Case c;
  c.add("as64498_0001_n1_v4", SessionChange::added, down("as64498_0001_n1_v4"));
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A new session whose own configuration keeps it down is harm") {
  Case c;
  c.add("as64498_0001_n1_v4", SessionChange::added, down("as64498_0001_n1_v4", "Error: Invalid next hop"));
  CHECK(c.verdict() == HarmKind::session_broken);
}

TEST_CASE("A new session on a route server whose interface is gone tells nothing of the change") {
  Case c;
  c.before.protocols.clear();
  c.after.protocols.clear();
  c.forecast.sessions.clear();
  c.wanted.clear();
  c.add("as64498_0001_n1_v4", SessionChange::added, down("as64498_0001_n1_v4", "Error: Invalid next hop"));
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A steady session that goes down is harm") {
  Case c;
  c.now(kOne) = down(kOne);
  CHECK(c.verdict() == HarmKind::session_lost);
}

TEST_CASE("A session that only has its routes looked at again must stay up too") {
  Case c;
  c.forecast.sessions[kOne].change = SessionChange::refilter;
  c.now(kOne) = down(kOne);
  CHECK(c.verdict() == HarmKind::session_lost);
}

TEST_CASE("A steady session that came up anew is harm, though it is up") {
  Case c;
  c.now(kOne).since = clock_at(601);
  CHECK(c.verdict() == HarmKind::session_lost);
}

TEST_CASE("A second more or less in what BIRD prints is no restart") {
  Case c;
  c.now(kOne).since = clock_at(1);
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that had just come up says nothing when it goes down again") {
  Case c;
  c.before.protocols[0].since = clock_at(570);
  c.now(kOne) = down(kOne);
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that the forecast restarts may be down") {
  Case c;
  c.forecast.sessions[kOne].change = SessionChange::restart;
  c.now(kOne) = down(kOne);
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that is lost on an untouched route server too is the member's own doing") {
  Case c;
  c.has_witness = true;
  c.now(kOne) = down(kOne);
  CHECK(c.verdict() == HarmKind::session_lost);
  c.elsewhere(kOne) = down(kOne);
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that came up anew on both route servers is the member's own doing") {
  Case c;
  c.has_witness = true;
  c.now(kOne).since = clock_at(601);
  c.elsewhere(kOne).since = clock_at(601);
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that the untouched route server does not have explains nothing") {
  Case c;
  c.has_witness = true;
  c.there.protocols.clear();
  c.now(kOne) = down(kOne);
  CHECK(c.verdict() == HarmKind::session_lost);
}

TEST_CASE("Refused routes that grow by more than five and two percent are harm") {
  Case c;
  c.now(kOne).counters->filtered = 15;
  CHECK_FALSE(c.verdict());
  c.now(kOne).counters->filtered = 16;
  CHECK(c.verdict() == HarmKind::filtered_grew);
}

TEST_CASE("Refused routes of a member whose own filter changed are its wish") {
  Case c;
  c.forecast.sessions[kOne] = {SessionChange::refilter, true, "import filter"};
  c.now(kOne).counters = SessionCounters{20, 90, 200, 20};
  c.now(kTwo).counters->exported = 120;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("Refused routes that an untouched route server refuses too are the member's own doing") {
  Case c;
  c.has_witness = true;
  c.now(kOne).counters->filtered = 60;
  c.elsewhere(kOne).counters->filtered = 60;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("Given routes that fall by more than five and two percent are harm") {
  Case c;
  c.now(kOne).counters->exported = 195;
  CHECK_FALSE(c.verdict());
  c.now(kOne).counters->exported = 194;
  CHECK(c.verdict() == HarmKind::exported_fell);
}

TEST_CASE("Given routes may fall by what a removed session had announced") {
  Case c;
  c.forecast.sessions[kTwo].change = SessionChange::removed;
  c.wanted.erase(kTwo);
  std::erase_if(c.after.protocols, [](const auto& protocol) { return protocol.name == kTwo; });
  c.now(kOne).counters->exported = 100;
  CHECK_FALSE(c.verdict());
  c.now(kOne).counters->exported = 80;
  CHECK(c.verdict() == HarmKind::exported_fell);
}

TEST_CASE("What a removed session had announced in one family explains nothing in the other") {
  Case c;
  c.forecast.sessions[kTwo].change = SessionChange::removed;
  c.wanted.erase(kTwo);
  std::erase_if(c.after.protocols, [](const auto& protocol) { return protocol.name == kTwo; });
  c.now(kSix).counters->exported = 100;
  CHECK(c.verdict() == HarmKind::exported_fell);
}

TEST_CASE("What a member withdraws by itself is taken out of what the others are given") {
  Case c;
  c.has_witness = true;
  c.now(kTwo).counters->imported = 40;
  c.now(kOne).counters->exported = 140;
  CHECK(c.verdict() == HarmKind::exported_fell);
  c.elsewhere(kTwo).counters->imported = 40;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("What goes away with a session that its member closed is taken out too") {
  Case c;
  c.has_witness = true;
  c.now(kTwo) = down(kTwo);
  c.elsewhere(kTwo) = down(kTwo);
  c.now(kOne).counters->exported = 100;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("Many small falls together are harm") {
  Case c;
  c.before.protocols.clear();
  c.after.protocols.clear();
  for (int i = 0; i < 20; ++i) {
    const auto name = "as" + std::to_string(64500 + i) + "_0001_n1_v4";
    c.before.protocols.push_back(up(name, {50, 0, 100, 50}, clock_at(0)));
    c.after.protocols.push_back(up(name, {50, 0, 96, 50}, clock_at(0)));
    c.forecast.sessions[name];
  }
  c.forecast.sessions.erase(kOne);
  c.forecast.sessions.erase(kTwo);
  c.forecast.sessions.erase(kSix);
  c.wanted.clear();
  CHECK(c.verdict() == HarmKind::totals_moved);
}

TEST_CASE("Accepted routes that fall altogether, and not by their members' doing, are harm") {
  Case c;
  for (const auto& name : {kOne, kTwo, kSix}) c.now(name).counters->imported = 90;
  CHECK(c.verdict() == HarmKind::totals_moved);
}

TEST_CASE("Given routes that grow without more being accepted are harm") {
  Case c;
  for (const auto& name : {kOne, kTwo, kSix}) c.now(name).counters->exported = 300;
  CHECK(c.verdict() == HarmKind::totals_moved);
}

TEST_CASE("Given routes may grow by what a new member announces") {
  Case c;
  c.add("as64498_0001_n1_v4", SessionChange::added, up("as64498_0001_n1_v4", {100, 0, 250, 100}, clock_at(601)));
  c.now(kOne).counters->exported = 300;
  c.now(kTwo).counters->exported = 300;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("ROAs that are gone are harm, however few they were") {
  Case c;
  c.before.roa_counts["ztix_roa_v4"] = 3;
  c.after.roa_counts["ztix_roa_v4"] = 0;
  CHECK(c.verdict() == HarmKind::roas_moved);
  c.after.roa_counts.clear();
  CHECK(c.verdict() == HarmKind::roas_moved);
}

TEST_CASE("ROAs stay within 98 and 110 percent") {
  Case c;
  c.after.roa_counts["ztix_roa_v4"] = 980;
  CHECK_FALSE(c.verdict());
  c.after.roa_counts["ztix_roa_v4"] = 979;
  CHECK(c.verdict() == HarmKind::roas_moved);
  c.after.roa_counts["ztix_roa_v4"] = 1100;
  CHECK_FALSE(c.verdict());
  c.after.roa_counts["ztix_roa_v4"] = 1101;
  CHECK(c.verdict() == HarmKind::roas_moved);
}

TEST_CASE("ROAs that a cache is still sending after a start of BIRD do no harm") {
  Case c;
  c.before.protocols.back().since = clock_at(590);
  c.after.roa_counts["ztix_roa_v4"] = 500'000;
  CHECK_FALSE(c.verdict());
}

TEST_CASE("ROAs of a new cache are at least 95 percent of the last good count") {
  Case c;
  c.forecast.shared.insert(SharedPart::rtr);
  c.after.roa_counts["ztix_roa_v4"] = 950;
  CHECK_FALSE(c.verdict());
  c.after.roa_counts["ztix_roa_v4"] = 5000;
  CHECK_FALSE(c.verdict());
  c.after.roa_counts["ztix_roa_v4"] = 949;
  CHECK(c.verdict() == HarmKind::roas_moved);
}

TEST_CASE("A route given with a foreign next hop is harm") {
  Case c;
  c.wrong_next_hops = {{kOne, 0}, {kTwo, 0}};
  CHECK_FALSE(c.verdict());
  c.wrong_next_hops[kTwo] = 1;
  CHECK(c.verdict() == HarmKind::wrong_next_hop);
}

TEST_CASE("Counts that an older helper does not tell are not judged") {
  Case c;
  for (auto& protocol : c.before.protocols) protocol.counters.reset();
  for (auto& protocol : c.after.protocols) protocol.counters.reset();
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that died in the first try must be up after the second") {
  Case c;
  const auto first = service::baseline_of(c.before, c.rules);
  auto second = c.before;
  second.protocols[0] = down(kOne);
  c.joined = service::joined_baseline(first, service::baseline_of(second, c.rules));
  c.now(kOne) = down(kOne);
  CHECK(c.verdict() == HarmKind::session_lost);
  // It came back, no matter when.
  c.now(kOne) = up(kOne, {100, 10, 200, 90}, clock_at(601));
  CHECK_FALSE(c.verdict());
}

TEST_CASE("A session that came back after the first try may not be lost in the second") {
  Case c;
  const auto first = service::baseline_of(c.before, c.rules);
  auto second = c.before;
  second.protocols[0].since = clock_at(598);
  c.joined = service::joined_baseline(first, service::baseline_of(second, c.rules));
  c.now(kOne).since = clock_at(598);
  CHECK_FALSE(c.verdict());
  c.now(kOne).since = clock_at(601);
  CHECK(c.verdict() == HarmKind::session_lost);
}

TEST_CASE("While sessions are not back that a restart of BIRD has cost, it is the BIRD before that is compared with") {
  Case c;
  c.before.bird_started = "first";
  const auto first = service::baseline_of(c.before, c.rules);
  auto second = c.before;
  second.bird_started = "second";
  second.protocols[0] = down(kOne);
  const auto joined = service::joined_baseline(first, service::baseline_of(second, c.rules));
  CHECK_FALSE(service::is_same_bird(joined.probe, second));
  // Also in the third try, and for ROAs; once all is back, what is lost is lost by the change.
  CHECK_FALSE(
      service::is_same_bird(service::joined_baseline(joined, service::baseline_of(second, c.rules)).probe, second));
  second.protocols[0] = up(kOne, {100, 10, 200, 90}, clock_at(598));
  second.roa_counts["ztix_roa_v4"] = 10;
  CHECK_FALSE(
      service::is_same_bird(service::joined_baseline(first, service::baseline_of(second, c.rules)).probe, second));
  second.roa_counts = c.before.roa_counts;
  CHECK(service::is_same_bird(service::joined_baseline(joined, service::baseline_of(second, c.rules)).probe, second));
  // An older version's note does not say which BIRD it was.
  second.bird_started.clear();
  CHECK(service::is_same_bird(joined.probe, second));
}

TEST_CASE("The joined baseline keeps the higher count of ROAs") {
  Case c;
  const auto first = service::baseline_of(c.before, c.rules);
  c.before.roa_counts["ztix_roa_v4"] = 10;
  CHECK(service::joined_baseline(first, service::baseline_of(c.before, c.rules)).probe.roa_counts["ztix_roa_v4"] ==
        1000);
}

TEST_CASE("Only a route server that nobody configured meanwhile is a witness") {
  HostProbe probe;
  probe.bird_up = true;
  probe.server_time = clock_at(600);
  probe.last_reconfigured = clock_at(500);
  CHECK(service::is_witness(probe, std::chrono::seconds(30)));
  CHECK_FALSE(service::is_witness(probe, std::chrono::seconds(200)));
  probe.armed = true;
  CHECK_FALSE(service::is_witness(probe, std::chrono::seconds(30)));
}

TEST_CASE("A measurement tells which sessions were started anew") {
  Case c;
  c.now(kOne).since = clock_at(601);
  c.now(kTwo) = down(kTwo);
  const auto measured = service::measure(c.before, c.after, c.rules);
  CHECK(measured.at(kOne).has_restarted);
  CHECK(measured.at(kTwo).has_restarted);
  CHECK_FALSE(measured.at(kSix).has_restarted);
  CHECK(measured.at(kSix).after->exported == 200);
}

TEST_CASE("BIRD's times are read with and without a fraction, and nothing else is") {
  using service::bird_time;
  const auto whole = bird_time("2026-11-21T05:14:22");
  REQUIRE(whole);
  CHECK(*bird_time("2026-11-21T05:14:22.117") - *whole == std::chrono::milliseconds(117));
  CHECK(*bird_time("2026-11-22T05:14:22") - *whole == std::chrono::hours(24));
  for (const auto* const wrong : {"", "05:14:22.117", "2026-11-21T05:14", "2026-13-21T05:14:22", "2026-11-21T05:14:2x",
                                  "2026-11-21T05:14:22.", "2026-11-21 05:14:22"}) {
    CHECK_FALSE(bird_time(wrong));
  }
}
