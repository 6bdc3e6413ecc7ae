/// An exchange in which something happens all the time: what members do by themselves is nobody's fault, and what a
/// revision does is found all the same.

#include <algorithm>
#include <atomic>
#include <list>
#include <map>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/e2e/announcing.h"
#include "tests/e2e/changed_worker.h"
#include "tests/load/own_lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

constexpr int kMembers = 30;
constexpr int kPrefixes = 4;  // of each family and member
constexpr int kApprovals = 20;
constexpr auto kEvery = 3s;
constexpr auto kAway = 12s;  // so that four members at a time are not as they were
constexpr int kTurnsAway = kAway / kEvery;
const std::vector<std::string> kRouteServers{"rs1", "rs2"};
const std::vector<std::string> kSessions{"ztix_rs1_v4", "ztix_rs1_v6", "ztix_rs2_v4", "ztix_rs2_v6"};  ///< a member's

std::string member(int k) { return "m" + std::to_string(k); }

/// Beside the one of each family that has a ROA; these are unknown to RPKI.
std::vector<std::string> more_prefixes(int k) {
  std::vector<std::string> prefixes;
  for (int i = 1; i < kPrefixes; ++i) {
    prefixes.push_back("44." + std::to_string(128 + i) + "." + std::to_string(k) + ".0/24");
    prefixes.push_back("2a10:77:" + std::to_string(1000 * i + k) + "::/48");
  }
  return prefixes;
}

/// Since when each of a route server's sessions is Established, by name.
std::map<std::string, std::string> uptimes(const Lab& lab, const std::string& server) {
  std::map<std::string, std::string> since;
  const auto answer = lab.birdc(server, "show protocols");
  for (const auto line : ztix::split(answer, '\n')) {
    if (line.find(" BGP ") == std::string_view::npos || line.find("Established") == std::string_view::npos) continue;
    const auto at = line.find(" up ");
    since.emplace(line.substr(0, line.find(' ')), line.substr(at));
  }
  return since;
}

bool all_are_up(const Lab& lab) {
  return std::all_of(kRouteServers.begin(), kRouteServers.end(),
                     [&](const auto& server) { return uptimes(lab, server).size() == 2 * kMembers; });
}

/// Every kEvery another member withdraws all it announces, or resets all its sessions; after kAway it is as before.
class Unrest {
 public:
  explicit Unrest(const Lab& lab) : lab_(lab), thread_([this](const std::stop_token& stop) { disturb(stop); }) {}
  ~Unrest() { end(); }
  Unrest(const Unrest&) = delete;
  Unrest& operator=(const Unrest&) = delete;

  void end() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
  }
  [[nodiscard]] int withdrawals() const { return withdrawals_; }
  [[nodiscard]] int resets() const { return resets_; }

 private:
  void disturb(const std::stop_token& stop) {
    const auto start = std::chrono::steady_clock::now();
    for (int n = 0; !stop.stop_requested(); ++n) {
      if (n >= kTurnsAway) restore(n - kTurnsAway);
      strike(n);
      last_ = n;
      std::this_thread::sleep_until(start + (n + 1) * kEvery);
    }
    for (int n = std::max(0, last_ - kTurnsAway); n <= last_; ++n) restore(n);
  }
  static std::string victim(int n) { return member(1 + (7 * n) % kMembers); }
  static bool is_reset(int n) { return n % 2 == 1; }

  void strike(int n) {
    if (is_reset(n)) {
      lab_.birdc(victim(n), "restart \"ztix_*\"");
      ++resets_;
    } else {
      lab_.birdc(victim(n), "disable \"announce*\"");
      ++withdrawals_;
    }
  }
  void restore(int n) {
    if (!is_reset(n)) lab_.birdc(victim(n), "enable \"announce*\"");
  }

  const Lab& lab_;
  std::atomic<int> withdrawals_{0};
  std::atomic<int> resets_{0};
  int last_ = 0;
  std::jthread thread_;
};

std::int64_t number(Lab& lab, const std::string& sql, const std::vector<ztix::store::Param>& params = {}) {
  return lab.sql(sql, params).one().get<std::int64_t>("n");
}

std::int64_t newest_revision(Lab& lab) { return number(lab, "SELECT max(revision) AS n FROM config_revision"); }

constexpr const char* kDisturbedApplies =
    "SELECT count(*) AS n FROM forecast WHERE revision > $1 AND measured_restarts > 0";

/// Turns that were undone, harm that was noted or measured, and revisions out of circulation since then.
void check_nothing_was_undone(Lab& lab, std::int64_t since) {
  CHECK(number(lab, "SELECT count(*) AS n FROM rollout WHERE revision > $1 AND (verdict = 'undone' OR harms > 0)",
               {since}) == 0);
  CHECK(number(lab, "SELECT count(*) AS n FROM forecast WHERE revision > $1 AND verdict = 'harm'", {since}) == 0);
  CHECK(number(lab, "SELECT count(*) AS n FROM config_revision WHERE revision > $1 AND quarantined_at IS NOT NULL",
               {since}) == 0);
}

std::string worst_and_median(std::vector<std::chrono::milliseconds> times) {
  std::sort(times.begin(), times.end());
  return "median " + std::to_string(times[times.size() / 2].count()) + " ms, longest " +
         std::to_string(times.back().count()) + " ms";
}

/// Approves one every kEvery and waits until all are active; how long each took.
std::vector<std::chrono::milliseconds> approve_all(Lab& lab, const std::vector<json>& requests) {
  using std::chrono::steady_clock;
  std::vector<steady_clock::time_point> approved;
  std::map<std::size_t, std::chrono::milliseconds> took;
  const auto look = [&] {
    for (std::size_t i = 0; i < approved.size(); ++i) {
      if (took.contains(i) || lab.status(requests[i]) != "active") continue;
      took[i] = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - approved[i]);
    }
    return took.size() == requests.size();
  };
  for (const auto& request : requests) {
    lab.approve(request);
    approved.push_back(steady_clock::now());
    eventually(kEvery, [&] { return look() && false; });
  }
  eventually(90s, look);
  std::vector<std::chrono::milliseconds> times;
  for (const auto& [i, time] : took) times.push_back(time);
  return times;
}

struct BusyExchange {
  BusyExchange() {
    for (int k = 1; k <= kMembers; ++k) announcing.emplace_back(lab, member(k), more_prefixes(k));
    // The last one has all routes of all others by every session: everything has settled.
    REQUIRE(eventually(120s, [&] {
      return all_are_up(lab) && std::all_of(kSessions.begin(), kSessions.end(), [&](const auto& session) {
               return count_routes(lab, member(kMembers), session) == kPrefixes * (kMembers - 1);
             });
    }));
  }

  OwnLab own{"busy", {"--members", std::to_string(kMembers)}};
  Lab& lab = own.lab();
  std::list<Announcing> announcing;
};

/// Limits mixed up: members whose AS number ends in 1, 2 or 3 (nine of thirty) may announce just so many prefixes.
const TemplateEdit kMixedUpLimits{
    "object.mustache", "receive limit {{limit}} action disable;",
    "receive limit (({{peer_asn}} + 9) - ({{peer_asn}} + 9) / 10 * 10 + 1) action disable;"};

bool is_dropped(const std::string& session) {
  const auto digit = session.at(session.find('_') - 1);  // as1000012_0001_n1_v4
  return session.starts_with("as10000") && digit >= '1' && digit <= '3';
}

/// The route server on which a revision was undone; empty as long as there is none.
std::string undone_on(Lab& lab, std::int64_t revision) {
  const auto row = lab.sql(
                          "SELECT s.name FROM rollout r JOIN route_server s ON s.id = r.route_server "
                          "WHERE r.revision = $1 AND r.verdict = 'undone'",
                          {revision})
                       .at_most_one();
  return row ? row->get<std::string>("name") : std::string();
}

/// Sessions that are not in `now` as they were in `before`.
std::set<std::string> changed(const std::map<std::string, std::string>& before,
                              const std::map<std::string, std::string>& now) {
  std::set<std::string> names;
  for (const auto& [name, since] : before) {
    const auto found = now.find(name);
    if (found == now.end() || found->second != since) names.insert(name);
  }
  return names;
}

void drop_sessions(Lab& lab) {
  std::map<std::string, std::map<std::string, std::string>> before;
  for (const auto& server : kRouteServers) before[server] = uptimes(lab, server);
  const auto templates = templates_revision(lab);
  std::string canary;
  {
    const OtherTemplates mixed_up(lab, {kMixedUpLimits});
    const auto revision = next_templates_revision(lab, templates);
    REQUIRE(eventually(90s, [&] { return !(canary = undone_on(lab, revision)).empty(); }));
    std::this_thread::sleep_for(5s);  // the other one would be next, and must not be
    const auto told = lab.ztix({"rs", "diff", canary, "--revision", std::to_string(revision)});
    MESSAGE("on " << canary << ": " << told.at("measured").at("harm").get<std::string>());
    CHECK(told.at("measured").at("verdict") == "harm");
  }
  const std::string other = canary == "rs1" ? "rs2" : "rs1";
  CHECK(changed(before.at(other), uptimes(lab, other)).empty());
  CHECK(eventually(240s, [&] { return all_are_up(lab); }));
  CHECK(changed(before.at(other), uptimes(lab, other)).empty());
  const auto lost = changed(before.at(canary), uptimes(lab, canary));
  CHECK(std::all_of(lost.begin(), lost.end(), is_dropped));
  MESSAGE("sessions dropped on " << canary << ": " << lost.size() << " of " << before.at(canary).size() << "; on "
                                 << other << ": 0");
  CHECK(lost.size() == 18);  // nine members, two families
  // What our own mistake tripped is held against nobody.
  CHECK(number(lab, "SELECT count(*) AS n FROM session_admin_state") == 0);
}

}  // namespace

TEST_CASE("Among thirty restless members twenty join without anything being undone, and what drops a third is") {
  BusyExchange exchange;
  auto& lab = exchange.lab;
  std::vector<json> requests;
  for (int i = 0; i < kApprovals; ++i) requests.push_back(lab.request(lab.new_operator()));
  const auto since = newest_revision(lab);
  {
    Unrest unrest(lab);
    std::this_thread::sleep_for(kAway);
    const auto times = approve_all(lab, requests);
    unrest.end();
    CHECK(times.size() == kApprovals);
    MESSAGE(times.size() << " of " << kApprovals << " active: " << worst_and_median(times) << "; meanwhile "
                         << unrest.withdrawals() << " withdrawals and " << unrest.resets() << " resets, "
                         << newest_revision(lab) - since << " revisions, " << number(lab, kDisturbedApplies, {since})
                         << " applies in which sessions went down by themselves");
    CHECK(unrest.withdrawals() + unrest.resets() >= kApprovals);
  }
  check_nothing_was_undone(lab, since);
  REQUIRE(eventually(240s, [&] { return all_are_up(lab); }));
  std::this_thread::sleep_for(60s);  // by then all of them count as steady
  drop_sessions(lab);
}
