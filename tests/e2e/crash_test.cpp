#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/domain/config_snapshot.h"
#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

std::int64_t number(Lab& lab, const std::string& sql) { return lab.sql(sql).one().get<std::int64_t>("n"); }

/// Each of these names exactly once among a route server's peers.
bool each_once(const std::vector<std::string>& peers, const std::string& name) {
  return std::count(peers.begin(), peers.end(), name) == 1;
}

std::string protocol(const json& request, const std::string& family) {
  return "as" + request.at("asn").dump() + "_0001_n1_" + family;
}

/// A flush logs everybody out, the administrator too, also in the middle of a login: they log in again, as people do.
bool approves(Lab& lab, std::optional<Person>& admin, const json& request) {
  try {
    if (!admin) admin.emplace(lab.person(lab.env("ZTIX_ADMIN_USERNAME")));
    const auto path = "admin/requests/" + Lab::id(request) + "/approve";
    const int status = admin->call("POST", path, json::object()).status;
    if (status == 401) admin.reset();
    return status / 100 == 2;
  } catch (const std::runtime_error&) {
    admin.reset();
    return false;
  }
}

}  // namespace

TEST_CASE("Twenty requests all become active although the worker is killed twenty times and Redis flushed five times") {
  auto& lab = Lab::instance();
  std::vector<json> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(lab.request(lab.new_operator()));
  std::jthread trouble([&] {
    std::mt19937 random(20);
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 1500));
      lab.kill("ix", "worker");
      if (i % 4 == 3) lab.flush_redis();
    }
  });
  std::optional<Person> admin;
  for (const auto& request : requests) CHECK(eventually(20s, [&] { return approves(lab, admin, request); }));
  trouble.join();
  for (const auto& request : requests) {
    CAPTURE(Lab::id(request));
    CHECK(eventually(60s, [&] {
      return lab.sql("SELECT state FROM request WHERE id = $1::uuid", {Lab::id(request)})
                 .one()
                 .get<std::string>("state") == "active";
    }));
  }
  CHECK(number(lab,
               "SELECT count(*) - count(DISTINCT (network, asn, router_sequence)) AS n FROM membership "
               "WHERE ended_at IS NULL") == 0);
  CHECK(number(lab, "SELECT count(*) - count(DISTINCT (network, address)) AS n FROM address") == 0);
  // Looks go on for ever, so now and then one of them runs; what is stuck would always be there.
  CHECK(eventually(
      30s, [&] { return number(lab, "SELECT count(*) AS n FROM job WHERE state IN ('running', 'dead')") == 0; }));
  for (const std::string server : {"rs1", "rs2"}) {
    const auto peers = lab.peers(server);
    for (const auto& request : requests) {
      CHECK(each_once(peers, protocol(request, "v4")));
      CHECK(each_once(peers, protocol(request, "v6")));
    }
  }
  std::set<std::string> addresses;
  for (const auto& request : requests) {
    const auto member = lab.controller_member(request.at("node_id").get<std::string>());
    CHECK(member.at("authorized") == true);
    for (const auto& address : member.at("ipAssignments")) CHECK(addresses.insert(address.get<std::string>()).second);
  }
  CHECK(addresses.size() == 40);
}

TEST_CASE("Programs survive PostgreSQL and Redis going away and coming back") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  lab.stop("ix", "redis");
  lab.stop("ix", "postgres");
  std::this_thread::sleep_for(3s);
  lab.start("ix", "postgres");
  lab.start("ix", "redis");
  std::optional<Person> admin;
  CHECK(eventually(30s, [&] { return approves(lab, admin, request); }));
  CHECK(eventually(40s, [&] {
    return lab.sql("SELECT state FROM request WHERE id = $1::uuid", {Lab::id(request)})
               .one()
               .get<std::string>("state") == "active";
  }));
}
