#include <algorithm>
#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/e2e/announcing.h"
#include "tests/e2e/changed_worker.h"
#include "tests/e2e/lab.h"
#include "tests/e2e/sessions.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

/// The promise is 120 s at the usual intervals; the lab looks every few seconds.
constexpr auto kFound = 120s;

/// An event with a diff, newer than `since`.
bool was_found(Lab& lab, const std::string& kind, const std::string& subject, std::int64_t since) {
  const auto all = lab.admin().ask("GET", "admin/drift?limit=200");
  return std::any_of(all.begin(), all.end(), [&](const auto& drift) {
    const auto name = drift.at("subject").is_null() ? std::string() : drift.at("subject").template get<std::string>();
    return drift.at("id").template get<std::int64_t>() > since && drift.at("kind") == kind &&
           (subject.empty() || name == subject) && !drift.at("diff").template get<std::string>().empty();
  });
}

std::int64_t newest_drift(Lab& lab) {
  return lab.sql("SELECT coalesce(max(id), 0) AS n FROM drift").one().get<std::int64_t>("n");
}

/// The events newer than `since`, as people read them.
std::string told_since(Lab& lab, std::int64_t since) {
  std::string text;
  for (const auto& drift : lab.admin().ask("GET", "admin/drift?limit=200")) {
    if (drift.at("id").get<std::int64_t>() <= since) continue;
    text += "\n" + drift.at("target").get<std::string>() + " " + drift.at("kind").get<std::string>() + ", seen " +
            drift.at("first_seen").get<std::string>() + "\n" + drift.at("diff").get<std::string>();
  }
  return text;
}

int open_drifts(Lab& lab) { return static_cast<int>(lab.admin().ask("GET", "admin/drift?open=true").size()); }

/// m2 announces so many IPv4 prefixes more than its own for as long as this object lives; the export limit that its
/// text came with is taken out, as a member can who does not care.
class Flood {
 public:
  Flood(Lab& lab, int count) : lab_(lab) {
    const auto folder = lab.env("ZTIX_LAB_STATE_DIR") + "/nodes/m2/bird/";
    const auto bird = read_file(folder + "bird.conf");
    const auto sessions = read_file(folder + "sessions.conf");
    std::ofstream file(folder + "flood.conf");
    file << bird.substr(0, bird.find("include \"/etc/bird/sessions.conf\""));
    for (const auto line : ztix::split(sessions, '\n')) {
      if (line.find("export limit") == std::string_view::npos) file << line << "\n";
    }
    file << "protocol static flood4 {\n  ipv4;\n";
    for (int i = 0; i < count; ++i) {
      file << "  route 44.130." << i / 256 << "." << i % 256 << "/32 blackhole;\n";
    }
    file << "}\n";
    file.close();
    lab.birdc("m2", "configure \"/etc/bird/flood.conf\"");
  }
  ~Flood() { lab_.birdc("m2", "configure \"/etc/bird/bird.conf\""); }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;

 private:
  Lab& lab_;
};

/// More than the few that a verdict puts up with, so that losing them is harm.
std::vector<std::string> ipv6_prefixes(int count) {
  std::vector<std::string> prefixes;
  for (int i = 1; i <= count; ++i) prefixes.push_back("2a10:78:" + std::to_string(i) + "::/48");
  return prefixes;
}

/// Passes BIRD's check, and gives nobody an IPv6 route any more.
const TemplateEdit kKillsIpv6{"channel.mustache", "\tif source != RTS_BGP then reject;\n",
                              "\tif source != RTS_BGP then reject;\n\tif net.type = NET_IP6 then reject;\n"};

/// How many IPv6 routes m2 has, by way of both route servers.
int given_to_m2(const Lab& lab) {
  return count_routes(lab, "m2", "ztix_rs1_v6") + count_routes(lab, "m2", "ztix_rs2_v6");
}

/// A harmful version runs on one route server, is undone there, and gives way to a good one.
void apply_and_undo_harm(Lab& lab) {
  const auto harms = [&] {
    return lab.sql("SELECT coalesce(sum(harms), 0) AS n FROM rollout").one().get<std::int64_t>("n");
  };
  const auto given = given_to_m2(lab);
  REQUIRE(given >= 26);
  const auto harms_before = harms();
  int fewest = given;
  {
    const OtherTemplates harmful(lab, {kKillsIpv6},
                                 {{"ZTIX_APPLY_VERIFY_MILLISECONDS", "3000"}, {"ZTIX_APPLY_STEADY_SECONDS", "0"}});
    CHECK(eventually(40s, [&] {
      fewest = std::min(fewest, given_to_m2(lab));
      return harms() > harms_before;
    }));
    const auto told = lab.sql("SELECT last_harm FROM rollout WHERE harms > 0 ORDER BY revision DESC LIMIT 1");
    MESSAGE("undone: " << told.one().get<std::string>("last_harm") << "; m2 had never fewer than " << fewest << " of "
                       << given << " routes");
    // One of the two ways was gone, the other one never.
    CHECK(fewest == given / 2);
  }
  CHECK(eventually(20s, [&] { return given_to_m2(lab) == given; }));
  CHECK(eventually(
      60s, [&] { return lab.sql("SELECT FROM route_server WHERE confirmed_revision < wanted_revision").empty(); }));
}

}  // namespace

TEST_CASE("What hands do on hosts and at the controller is found with a diff, and nothing is given back") {
  auto& lab = Lab::instance();
  const auto m1 = request_of(lab, "m1");
  const auto m2 = request_of(lab, "m2");
  REQUIRE(eventually(60s, [&] { return are_established(lab, m1) && are_established(lab, m2); }));
  const auto since = newest_drift(lab);
  const auto m1_node = m1.at("node_id").get<std::string>();
  const auto route_servers = lab.sql("SELECT node_id FROM infrastructure_node ORDER BY node_id");
  std::vector<json> nodes_before;
  for (const auto row : route_servers) nodes_before.push_back(lab.controller_member(row.get<std::string>("node_id")));

  const auto start = std::chrono::steady_clock::now();
  lab.tamper_member(m1_node, {{"authorized", false}});
  lab.tamper_member("5757575757", {{"authorized", true}, {"ipAssignments", {"10.77.0.200"}}});
  lab.exec("rs2", {"sh", "-c", "echo '# a hand' >> /etc/bird/bird.conf"});
  lab.birdc("rs1", "disable " + session(m2, "v6"));

  std::atomic<int> given_back{0};
  Sampler grants(
      200ms, [&] { given_back += is_let_in(lab, m1_node) || is_established(lab, "rs1", session(m2, "v6")) ? 1 : 0; });

  CHECK(eventually(kFound, [&] {
    return was_found(lab, "member_deauthorized", m1_node, since) && was_found(lab, "stray_node", "5757575757", since) &&
           was_found(lab, "files_damaged", "", since) && was_found(lab, "session_disabled", session(m2, "v6"), since);
  }));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  MESSAGE("all found after " << took.count() << " s:" << told_since(lab, since));

  // Taken away: the stray node. Put right without anybody noticing: the file. Not given back: member and session.
  CHECK(eventually(30s, [&] { return lab.controller_member("5757575757").at("authorized") == false; }));
  CHECK(eventually(30s, [&] {
    return lab.sql("SELECT id FROM drift WHERE kind = 'files_damaged' AND resolved_at IS NULL").empty();
  }));
  CHECK(lab.exec("rs2", {"cat", "/etc/bird/bird.conf"}).find("a hand") == std::string::npos);
  std::this_thread::sleep_for(12s);  // two more rounds of everything
  CHECK(grants.stop() > 10);
  CHECK(given_back == 0);
  std::size_t i = 0;
  for (const auto row : route_servers) {
    CHECK(lab.controller_member(row.get<std::string>("node_id")).at("authorized") == true);
    CHECK(lab.controller_member(row.get<std::string>("node_id")).at("revision") == nodes_before[i++].at("revision"));
  }
  CHECK(lab.admin().page("/admin/operations").find("member_deauthorized") != std::string::npos);

  // A person gives both back.
  lab.tamper_member(m1_node, {{"authorized", true}});
  lab.birdc("rs1", "enable " + session(m2, "v6"));
  CHECK(eventually(60s, [&] { return are_established(lab, m1) && are_established(lab, m2); }));
  CHECK(eventually(60s, [&] { return open_drifts(lab) == 0; }));
}

TEST_CASE(
    "A hand that runs `configure` while a revision is armed is found, and the revision comes through nevertheless") {
  auto& lab = Lab::instance();
  const auto since = newest_drift(lab);
  bool was_caught = false;
  for (int tries = 0; tries < 20 && !was_caught; ++tries) {
    const auto request = lab.request(lab.new_operator());
    std::jthread hand([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (lab.birdc("rs1", "configure status").find("undo in") == std::string::npos) continue;
        lab.birdc("rs1", "configure");
        return;
      }
    });
    lab.approve(request);
    CHECK(lab.becomes(request, "active", 90s));
    hand.request_stop();
    hand.join();
    was_caught = was_found(lab, "configured_by_hand", "", since);
  }
  CHECK(was_caught);
  MESSAGE("found:" << told_since(lab, since));
}

TEST_CASE("Under a freeze nothing is applied but a suspension, and every page says so") {
  auto& lab = Lab::instance();
  const auto m1 = request_of(lab, "m1");
  REQUIRE(eventually(60s, [&] { return are_established(lab, m1); }));
  lab.admin().ask("POST", "admin/freeze", {{"scope", "all"}, {"reason", "fibre work tonight"}});
  CHECK(lab.admin().page("/admin/requests").find("fibre work tonight") != std::string::npos);
  const auto rs1_before = lab.birdc("rs1", "eval ZTIX_REVISION");
  const auto rs2_before = lab.birdc("rs2", "eval ZTIX_REVISION");
  const auto since = newest_drift(lab);
  lab.exec("rs2", {"sh", "-c", "echo '# a hand' >> /etc/bird/bird.conf"});

  const auto operator_ = lab.new_operator();
  const auto newcomer = lab.request(operator_);
  lab.approve(newcomer);
  CHECK(eventually(20s, [&] { return lab.show(newcomer).at("waiting_for") == "frozen"; }));
  CHECK(lab.controller_member(operator_.node_id).is_null());
  {
    const OtherTemplates policy(lab, {other_policy()});
    CHECK(eventually(30s, [&] { return was_found(lab, "files_damaged", "", since); }));
    std::this_thread::sleep_for(6s);  // two more looks
  }
  CHECK(lab.exec("rs2", {"cat", "/etc/bird/bird.conf"}).find("a hand") != std::string::npos);
  CHECK(lab.birdc("rs1", "eval ZTIX_REVISION") == rs1_before);
  CHECK(lab.birdc("rs2", "eval ZTIX_REVISION") == rs2_before);

  lab.admin().ask("POST", "admin/requests/" + Lab::id(m1) + "/suspend", {{"reason", "test"}});
  CHECK(eventually(10s, [&] { return are_established(lab, m1, false); }));
  CHECK(eventually(30s, [&] {
    return lab.sql("SELECT 1 FROM route_server WHERE state = 'enabled' AND confirmed_revision < wanted_revision")
        .empty();
  }));
  CHECK(lab.status(newcomer) != "active");

  lab.admin().ask("POST", "admin/freeze/lift", {{"scope", "all"}});
  CHECK(lab.becomes(newcomer, "active", 60s));
  lab.admin().ask("POST", "admin/requests/" + Lab::id(m1) + "/resume", json::object());
  CHECK(eventually(90s, [&] { return are_established(lab, m1); }));
}

TEST_CASE("Who is suspended or over the limit stays down, whatever else happens, until it is cleared") {
  auto& lab = Lab::instance();
  lab.need_members(4);
  const auto m1 = request_of(lab, "m1");
  const auto m2 = request_of(lab, "m2");
  REQUIRE(eventually(90s, [&] { return are_established(lab, m1) && are_established(lab, m2); }));
  const auto m2_v4 = session(m2, "v4");
  const Announcing enough(lab, "m4", ipv6_prefixes(12));

  auto flood = std::make_optional<Flood>(lab, 1'200);
  REQUIRE(eventually(
      60s, [&] { return lab.sql("SELECT 1 FROM session_admin_state WHERE state = 'limit_tripped'").size() == 2; }));
  lab.admin().ask("POST", "admin/requests/" + Lab::id(m1) + "/suspend", {{"reason", "test"}});
  REQUIRE(eventually(10s, [&] { return are_established(lab, m1, false); }));
  REQUIRE_FALSE(is_established(lab, "rs1", m2_v4));
  {
    const NeverUp sampled(lab, {{"rs1", session(m1, "v4")},
                                {"rs1", session(m1, "v6")},
                                {"rs2", session(m1, "v4")},
                                {"rs2", session(m1, "v6")},
                                {"rs1", m2_v4},
                                {"rs2", m2_v4}});
    const auto m3 = lab.request(lab.new_operator());
    lab.approve(m3);
    CHECK(lab.becomes(m3, "active", 60s));
    lab.admin().ask("POST", "admin/route-servers/rs1/apply", json::object());
    apply_and_undo_harm(lab);
    lab.kill("rs1", "bird");
    lab.kill("ix", "worker");
    std::this_thread::sleep_for(20s);  // restarts, and three rounds of looks
  }
  CHECK(is_established(lab, "rs2", session(m2, "v6")));

  flood.reset();
  lab.admin().ask("POST", "admin/requests/" + Lab::id(m2) + "/sessions/clear-limit", json::object());
  lab.admin().ask("POST", "admin/requests/" + Lab::id(m1) + "/resume", json::object());
  CHECK(eventually(90s, [&] { return are_established(lab, m1) && are_established(lab, m2); }));
}
