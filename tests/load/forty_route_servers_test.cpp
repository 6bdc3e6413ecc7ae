/// Forty route servers: the order of turns, one that cannot be reached, and two administrators at the same second.

#include <algorithm>
#include <map>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/load/own_lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

constexpr int kServers = 40;
constexpr int kWave = 19;  // of forty: (40 - 1) / 2
constexpr auto kLimit = 120s;

Lab& forty() {
  static OwnLab own("forty", {"--no-demo", "--route-servers", std::to_string(kServers), "--members", "1"},
                    {"ZTIX_ROUTE_SERVER_PROBE_SECONDS=20"});
  return own.lab();
}

std::int64_t number(Lab& lab, const std::string& text, const std::vector<ztix::store::Param>& params = {}) {
  return lab.sql(text, params).one().get<std::int64_t>("number");
}

/// The revision that brought a request's membership; 0 while it is not published.
std::int64_t revision_of(Lab& lab, const json& request) {
  return number(lab,
                "SELECT coalesce(max(o.from_revision), 0) AS number FROM request q JOIN config_object o ON "
                "o.kind = 'membership' AND o.subject = q.membership::text WHERE q.id = $1::uuid",
                {Lab::id(request)});
}

std::int64_t confirms(Lab& lab, std::int64_t revision) {
  return number(lab, "SELECT count(*) AS number FROM route_server WHERE confirmed_revision >= $1::bigint", {revision});
}

/// How often this route server was given this very revision.
std::int64_t roots(Lab& lab, const std::string& server, std::int64_t revision) {
  return number(lab,
                "SELECT count(*) AS number FROM root o JOIN route_server s ON s.id = o.route_server "
                "WHERE s.name = $1 AND o.revision = $2::bigint",
                {server, revision});
}

struct Turns {
  std::map<int, int> servers;  ///< by turn
  int most_at_once = 0;
  bool is_canary_alone = true;  ///< nobody else had a turn before the canary's had ended
};

Turns turns_of(Lab& lab, std::int64_t revision) {
  Turns turns;
  std::vector<std::pair<std::int64_t, int>> edges;
  std::int64_t canary_ended = 0;
  for (const auto row : lab.sql("SELECT turn, (extract(epoch FROM taken_at) * 1000000)::bigint AS taken, "
                                "(extract(epoch FROM ended_at) * 1000000)::bigint AS ended FROM rollout "
                                "WHERE revision = $1::bigint AND verdict = 'confirmed' ORDER BY taken_at",
                                {revision})) {
    const int turn = row.get<int>("turn");
    ++turns.servers[turn];
    if (turn == 1) canary_ended = row.get<std::int64_t>("ended");
    if (turn > 1 && row.get<std::int64_t>("taken") < canary_ended) turns.is_canary_alone = false;
    edges.emplace_back(row.get<std::int64_t>("taken"), 1);
    edges.emplace_back(row.get<std::int64_t>("ended"), -1);
  }
  std::sort(edges.begin(), edges.end());
  int now = 0;
  for (const auto& [at, step] : edges) turns.most_at_once = std::max(turns.most_at_once, now += step);
  return turns;
}

/// Every one of them runs both sessions of the new member, and has nothing armed.
bool is_everywhere(const Lab& lab, std::uint32_t asn) {
  const auto name = "as" + std::to_string(asn) + "_0001_n1_";
  for (int k = 1; k <= kServers; ++k) {
    const auto server = "rs" + std::to_string(k);
    const auto peers = lab.peers(server);
    for (const char* family : {"v4", "v6"}) {
      if (std::find(peers.begin(), peers.end(), name + family) == peers.end()) return false;
    }
    if (lab.birdc(server, "configure status").find("unconfirmed") != std::string::npos) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Of forty route servers one tries a new member, then waves of at most nineteen follow, and all confirm it") {
  auto& lab = forty();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  const auto start = std::chrono::steady_clock::now();
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", kLimit));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto turns = turns_of(lab, revision_of(lab, request));
  int all = 0;
  for (const auto& [turn, servers] : turns.servers) {
    CHECK(servers <= (turn == 1 ? 1 : kWave));
    all += servers;
  }
  CHECK(all == kServers);
  CHECK(turns.servers.at(1) == 1);
  CHECK(turns.is_canary_alone);
  CHECK(turns.most_at_once <= kWave);
  CHECK(is_everywhere(lab, who.asn));
  MESSAGE("approve to active on forty: " << took.count() << " s, most at once " << turns.most_at_once);
}

TEST_CASE("One of forty that cannot be reached is diverged, holds up nobody, and catches up straight to the newest") {
  auto& lab = forty();
  const auto first = lab.request(lab.new_operator());
  const auto second = lab.request(lab.new_operator());
  {
    Stopped sshd(lab, "rs7", "sshd");
    for (const auto& request : {first, second}) {
      lab.approve(request);
      CHECK(eventually(kLimit, [&] {
        const auto revision = revision_of(lab, request);
        return revision > 0 && confirms(lab, revision) == kServers - 1;
      }));
      CHECK(lab.status(request) == "provisioning");
    }
    CHECK(lab.ztix({"rs", "show", "rs7"}).at("diverged") == true);
    CHECK(lab.ztix({"rs", "show", "rs8"}).at("diverged") == false);
  }
  for (const auto& request : {first, second}) CHECK(lab.becomes(request, "active", kLimit));
  CHECK(roots(lab, "rs7", revision_of(lab, first)) == 0);
  CHECK(roots(lab, "rs7", revision_of(lab, second)) == 1);
  CHECK(lab.ztix({"rs", "show", "rs7"}).at("diverged") == false);
}

TEST_CASE("Two administrators who approve at the same second end in one revision on all forty") {
  auto& lab = forty();
  const std::string password = "a long enough word for two";
  lab.ztix({"user", "create", "--username", "admin2", "--admin", "--password-stdin"}, password + "\n");
  const auto& url = lab.env("ZTIX_URL");
  const auto key = lab.ztix({"user", "factor", "add", "admin2"}).at("secret").get<std::string>();
  const TempFolder folder;
  const auto key_file = folder.write("admin2_totp", key);
  const Person other(ztix::parse_decimal<std::uint16_t>(url.substr(url.rfind(':') + 1)).value(), "admin2", password,
                     lab.code_maker(key_file));
  const std::vector<Lab::Operator> members{lab.new_operator(), lab.new_operator()};
  const std::vector<json> requests{lab.request(members[0]), lab.request(members[1])};
  const std::vector<const Person*> admins{&lab.admin(), &other};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < admins.size(); ++i) {
      threads.emplace_back(
          [&, i] { admins[i]->ask("POST", "admin/requests/" + Lab::id(requests[i]) + "/approve", json::object()); });
    }
  }
  for (const auto& request : requests) CHECK(lab.becomes(request, "active", kLimit));
  const auto newest = number(lab, "SELECT max(revision) AS number FROM config_revision");
  CHECK(newest == std::max(revision_of(lab, requests[0]), revision_of(lab, requests[1])));
  CHECK(eventually(kLimit, [&] { return confirms(lab, newest) == kServers; }));
  for (const auto& member : members) CHECK(is_everywhere(lab, member.asn));
  CHECK(turns_of(lab, newest).most_at_once <= kWave);
}
