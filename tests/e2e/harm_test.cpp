/// What passes BIRD's check and still does harm, in an exchange with two route servers: one of them meets it and is put
/// right, nobody loses anything by way of the other.

#include <algorithm>
#include <optional>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/e2e/announcing.h"
#include "tests/e2e/changed_worker.h"
#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kRouteServers{"rs1", "rs2"};
constexpr int kOwn = 1;    // prefixes of each family that a member of the lab announces
constexpr int kMore = 12;  // and what it announces here beside them: more than the slack of a verdict
constexpr const char* kInvalidV4 = "44.128.240.0/24";  // another AS has the ROAs of these two
constexpr const char* kInvalidV6 = "2a10:77:f0::/48";

std::string other_of(const std::string& name) { return name == "rs1" ? "rs2" : "rs1"; }

/// kMore prefixes of each family, whose numbers begin with `first`.
std::vector<std::string> more_prefixes(int first) {
  std::vector<std::string> prefixes;
  for (int i = first; i < first + kMore; ++i) {
    prefixes.push_back("44.128." + std::to_string(i) + ".0/24");
    prefixes.push_back("2a10:77:" + std::to_string(i) + "::/48");
  }
  return prefixes;
}

std::vector<std::string> with_invalid(std::vector<std::string> prefixes) {
  prefixes.insert(prefixes.end(), {kInvalidV4, kInvalidV6});
  return prefixes;
}

/// Routes that m2 has by way of a route server.
int given_to_m2(const Lab& lab, const std::string& server, const std::string& family) {
  return count_routes(lab, "m2", "ztix_" + server + "_" + family);
}

bool m2_has_invalid_by(const Lab& lab, const std::string& server) {
  const auto has = [&](const std::string& prefix, const std::string& family) {
    return lab.birdc("m2", "show route " + prefix + " protocol ztix_" + server + "_" + family).find(" from ") !=
           std::string::npos;
  };
  return has(kInvalidV4, "v4") || has(kInvalidV6, "v6");
}

bool is_armed(const Lab& lab, const std::string& server) {
  return lab.birdc(server, "configure status").find("unconfirmed") != std::string::npos;
}

/// Name, state and beginning of the sessions of both members, line by line.
std::vector<std::string> sessions_of(const Lab& lab, const std::string& server) {
  std::vector<std::string> lines;
  const auto answer = lab.birdc(server, "show protocols \"as100000*\"");
  for (const auto line : ztix::split(answer, '\n')) {
    if (line.starts_with("as1000001_") || line.starts_with("as1000002_")) lines.emplace_back(line);
  }
  return lines;
}

/// What was seen of one route server.
struct Seen {
  int samples = 0;
  int armed = 0;
  int other_digest = 0;     ///< another configuration ran than in the beginning
  int invalid = 0;          ///< m2 had an invalid route from it
  int fewest_v4 = 1 << 20;  ///< routes given to m2
  int fewest_v6 = 1 << 20;
};

/// Looks at both route servers and at m2 ten times a second.
class Sampler {
 public:
  explicit Sampler(const Lab& lab) : lab_(lab) {
    for (const auto& server : kRouteServers) digests_[server] = lab.birdc(server, "eval ZTIX_DIGEST");
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto next = std::chrono::steady_clock::now() + 100ms;
        for (const auto& server : kRouteServers) look(server);
        std::this_thread::sleep_until(next);
      }
    });
  }
  const std::map<std::string, Seen>& end() {
    thread_.request_stop();
    thread_.join();
    return seen_;
  }

 private:
  void look(const std::string& server) {
    auto& seen = seen_[server];
    ++seen.samples;
    seen.armed += is_armed(lab_, server) ? 1 : 0;
    seen.other_digest += lab_.birdc(server, "eval ZTIX_DIGEST") != digests_.at(server) ? 1 : 0;
    seen.invalid += m2_has_invalid_by(lab_, server) ? 1 : 0;
    seen.fewest_v4 = std::min(seen.fewest_v4, given_to_m2(lab_, server, "v4"));
    seen.fewest_v6 = std::min(seen.fewest_v6, given_to_m2(lab_, server, "v6"));
  }
  const Lab& lab_;
  std::map<std::string, std::string> digests_;
  std::map<std::string, Seen> seen_;
  std::jthread thread_;
};

/// Two members with enough routes that losing them shows, and an invalid one that m1 announces all the time.
struct BusyMembers {
  explicit BusyMembers(Lab& exchange) : lab(exchange) { REQUIRE(unrest_after(90s) == ""); }
  ~BusyMembers() {
    // As if the half minute had passed in which nothing new is armed where harm was done.
    lab.sql("UPDATE rollout_standing SET quiet_until = NULL");
  }
  BusyMembers(const BusyMembers&) = delete;
  BusyMembers& operator=(const BusyMembers&) = delete;

  /// Waits until every route server runs the newest revision and m2 has all valid routes of m1 by way of each; what is
  /// missing when the time is over, or nothing.
  std::string unrest_after(std::chrono::seconds time) {
    std::string unrest;
    eventually(time, [&] {
      unrest = at_work() + missing_at_m2();
      return unrest.empty();
    });
    return unrest;
  }

  Lab& lab;
  Announcing m1{lab, "m1", with_invalid(more_prefixes(100))};
  Announcing m2{lab, "m2", more_prefixes(140)};

 private:
  std::string at_work() {
    return lab
        .sql(
            "SELECT coalesce(string_agg(format('%s has %s of %s, %s: %s; ', name, confirmed_revision, wanted_revision, "
            "last_step, last_error), ''), '') AS text FROM route_server "
            "WHERE confirmed_revision < wanted_revision OR last_error <> ''")
        .one()
        .get<std::string>("text");
  }
  std::string missing_at_m2() {
    std::string text;
    for (const auto& server : kRouteServers) {
      for (const std::string family : {"v4", "v6"}) {
        const int given = given_to_m2(lab, server, family);
        if (given != kOwn + kMore) text += "m2 has " + std::to_string(given) + " by " + server + " " + family + "; ";
      }
      if (m2_has_invalid_by(lab, server)) text += "m2 has an invalid route by " + server + "; ";
    }
    return text;
  }
};

/// How a route server's turn with a revision ended; empty while it had none.
std::string verdict(Lab& lab, const std::string& server, std::int64_t revision) {
  const auto row = lab.sql(
                          "SELECT r.verdict FROM rollout r JOIN route_server s ON s.id = r.route_server "
                          "WHERE s.name = $1 AND r.revision = $2",
                          {server, revision})
                       .at_most_one();
  return row ? row->get<std::string>("verdict") : std::string();
}

json forecast(Lab& lab, const std::string& server, std::int64_t revision) {
  return lab.admin()
      .ask("GET", "admin/route-servers/" + server + "?revision=" + std::to_string(revision))
      .at("forecast");
}

/// API, command line and page tell the same: what was changed, what was foreseen, and what came of it.
void check_is_told(Lab& lab, const std::string& server, std::int64_t revision, const std::string& line,
                   const std::string& harm) {
  const auto told = forecast(lab, server, revision);
  CAPTURE(told.dump(1));
  CHECK(told.at("change") == "shared");
  CHECK(told.at("unnamed_restarts") == 0);
  CHECK(told.at("diff").get<std::string>().find("+" + line) != std::string::npos);
  CHECK(told.at("measured").at("verdict") == "harm");
  CHECK(told.at("measured").at("harm").get<std::string>().find(harm) != std::string::npos);
  const auto shown = lab.ztix({"rs", "diff", server, "--revision", std::to_string(revision)});
  CHECK(shown.at("diff") == told.at("diff"));
  CHECK(shown.at("measured").at("harm") == told.at("measured").at("harm"));
  const auto page = lab.admin().page("/admin/route-servers");
  CHECK(page.find("Undone: ") != std::string::npos);
  CHECK(page.find(harm) != std::string::npos);
}

struct Faulty {
  TemplateEdit edit;
  std::string line;  ///< of the diff
  std::string harm;
};

/// Publishes it, waits until it was found to do harm twice, and says who had to try it.
std::string try_out(Lab& lab, const Faulty& faulty, std::map<std::string, Seen>& seen) {
  Sampler sampler(lab);
  const auto before = templates_revision(lab);
  std::string canary;
  {
    const OtherTemplates templates(lab, {faulty.edit}, {{"ZTIX_APPLY_VERIFY_MILLISECONDS", "2000"}});
    const auto revision = next_templates_revision(lab, before);
    CHECK(eventually(60s, [&] {
      const auto found = std::find_if(kRouteServers.begin(), kRouteServers.end(),
                                      [&](const auto& server) { return verdict(lab, server, revision) == "undone"; });
      if (found != kRouteServers.end()) canary = *found;
      return !canary.empty();
    }));
    if (canary.empty()) return canary;
    std::this_thread::sleep_for(3s);  // the other one would be next, and must not be
    check_is_told(lab, canary, revision, faulty.line, faulty.harm);
    CHECK(verdict(lab, other_of(canary), revision) != "undone");
  }
  seen = sampler.end();
  return canary;
}

}  // namespace

TEST_CASE("What passes BIRD's check and does harm is undone on one route server and never reaches the other") {
  Faulty faulty;
  SUBCASE("no IPv6 route is given any more") {
    faulty = {{"channel.mustache", "\tif source != RTS_BGP then reject;\n",
               "\tif source != RTS_BGP || net.type = NET_IP6 then reject;\n"},
              "\tif source != RTS_BGP || net.type = NET_IP6 then reject;",
              "Routes given to session"};
  }
  SUBCASE("the RTR caches are ones that do not answer") {
    faulty = {{"root.mustache", "port {{rtr_port}};", "port 1;"}, "\tremote 10.77.0.251 port 1;", "ROA table"};
  }
  SUBCASE("routes are given with the route server as next hop") {
    const std::string last = "\tif bgp_large_community ~ [({{rs_asn}}, 1101, *)] then reject;\n";
    faulty = {
        {"channel.mustache", last, last + "\tbgp_next_hop = {{local_address}};\n"}, "\tbgp_next_hop = ", "next hop"};
  }
  auto& lab = Lab::instance();
  BusyMembers members(lab);
  std::map<std::string, std::vector<std::string>> before;
  for (const auto& server : kRouteServers) before[server] = sessions_of(lab, server);
  REQUIRE(before.at("rs1").size() == 4);

  std::map<std::string, Seen> seen;
  const auto canary = try_out(lab, faulty, seen);
  REQUIRE_FALSE(canary.empty());
  CHECK(seen.at(canary).armed > 0);
  const auto other = other_of(canary);
  CAPTURE(other);
  CHECK(seen.at(other).samples > 20);
  CHECK(seen.at(other).armed == 0);
  CHECK(seen.at(other).other_digest == 0);
  CHECK(seen.at(other).invalid == 0);
  CHECK(seen.at(other).fewest_v4 == kOwn + kMore);
  CHECK(seen.at(other).fewest_v6 == kOwn + kMore);
  // By itself, with the next version.
  CHECK(members.unrest_after(60s) == "");
  CHECK(sessions_of(lab, other) == before.at(other));
  CHECK(sessions_of(lab, canary) == before.at(canary));
}

namespace {

std::optional<int> restarts_waited_for(Lab& lab, const std::string& server) {
  const auto row = lab.sql(
                          "SELECT r.restarts FROM rollout r JOIN route_server s ON s.id = r.route_server "
                          "WHERE s.name = $1 AND r.verdict = 'waiting' AND r.wait = 'awaiting_acceptance'",
                          {server})
                       .at_most_one();
  if (!row) return std::nullopt;
  return row->get<int>("restarts");
}

/// Lets each route server, one after another, restart its sessions; checks that it was as many as were foreseen.
void accept_everywhere(BusyMembers& members, std::int64_t revision) {
  auto& lab = members.lab;
  for (const auto& server : kRouteServers) {
    CAPTURE(server);
    REQUIRE(eventually(30s, [&] { return restarts_waited_for(lab, server).has_value(); }));
    const auto foreseen = *restarts_waited_for(lab, server);
    CHECK(foreseen == 4);  // two members, two families
    const auto text = lab.ztix({"rs", "show", server}).at("last_error").get<std::string>();
    CHECK(text.find("--accept-restarts " + std::to_string(foreseen)) != std::string::npos);
    CHECK(forecast(lab, server, revision).at("unnamed_restarts") == foreseen);
    lab.ztix({"rs", "apply", server, "--accept-restarts", std::to_string(foreseen), "--reason", "a quiet night"});
    REQUIRE(eventually(60s, [&] { return verdict(lab, server, revision) == "confirmed"; }));
    const auto told = forecast(lab, server, revision);
    CHECK(told.at("measured").at("verdict") == "good");
    CHECK(told.at("measured").at("restarts") == foreseen);
    CHECK(eventually(90s, [&] { return given_to_m2(lab, server, "v4") == kOwn + kMore; }));
    CHECK(eventually(90s, [&] { return given_to_m2(lab, server, "v6") == kOwn + kMore; }));
  }
}

}  // namespace

TEST_CASE("What would restart every session waits before anything is armed, and restarts as many as it said") {
  auto& lab = Lab::instance();
  BusyMembers members(lab);
  // Who never connects has nothing to restart.
  const auto absent = lab.request(lab.new_operator());
  lab.approve(absent);
  REQUIRE(lab.becomes(absent, "active", 40s));
  const auto before = templates_revision(lab);
  std::int64_t revision = 0;
  {
    Sampler sampler(lab);
    const OtherTemplates with_role(lab,
                                   {{"channel.mustache", "\trs client;\n", "\trs client;\n\tlocal role rs_server;\n"}});
    revision = next_templates_revision(lab, before);
    for (const auto& server : kRouteServers)
      REQUIRE(eventually(30s, [&] { return restarts_waited_for(lab, server).has_value(); }));
    std::this_thread::sleep_for(2s);
    for (const auto& [server, seen] : sampler.end()) {
      CAPTURE(server);
      CHECK(seen.armed == 0);
      CHECK(seen.other_digest == 0);
      CHECK(seen.fewest_v6 == kOwn + kMore);
    }
    accept_everywhere(members, revision);
  }
  // Back to the version before is as much of a change.
  accept_everywhere(members, next_templates_revision(lab, revision));
  CHECK(members.unrest_after(60s) == "");
}
