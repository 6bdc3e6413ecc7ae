#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

int established(Lab& lab, const std::string& node) {
  const auto text = lab.birdc(node, "show protocols");
  int count = 0;
  for (std::size_t at = 0; (at = text.find("Established", at)) != std::string::npos; ++at) ++count;
  return count;
}

/// The route is there by way of this route server, with the member's own address as next hop.
bool has_by_way_of(Lab& lab, const std::string& prefix, const std::string& table, const std::string& route_server,
                   const std::string& next_hop) {
  const auto text = lab.birdc("m2", "show route " + prefix + " table " + table + " protocol " + route_server);
  return text.find("via " + next_hop) != std::string::npos;
}

}  // namespace

TEST_CASE("In a fresh lab the demo request is active and all four of a member's sessions are Established") {
  auto& lab = Lab::instance();
  const auto requests = lab.admin().ask("GET", "admin/requests?asn=1000001");
  REQUIRE_FALSE(requests.empty());
  CHECK(requests.front().at("status") == "active");
  CHECK(eventually(60s, [&] { return established(lab, "m1") == 4; }));
  CHECK(lab.peers("m1").size() == 4);
}

TEST_CASE("A member has the other's prefixes by way of both route servers, with the member's own address as next hop") {
  auto& lab = Lab::instance();
  const auto m1 = lab.admin().ask("GET", "admin/requests?asn=1000001").front().at("addresses");
  for (const std::string server : {"rs1", "rs2"}) {
    CAPTURE(server);
    CHECK(eventually(60s, [&] {
      return has_by_way_of(lab, "44.128.1.0/24", "master4", "ztix_" + server + "_v4", m1.at("ipv4").get<std::string>());
    }));
    CHECK(eventually(60s, [&] {
      return has_by_way_of(lab, "2a10:77:1::/48", "master6", "ztix_" + server + "_v6",
                           m1.at("ipv6").get<std::string>());
    }));
  }
}

TEST_CASE("Everybody sees the request's way: API, pages, command line and audit trail") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  CHECK(who.person->ask("GET", "requests/" + Lab::id(request)).at("status") == "pending");
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 30s));
  for (const auto& server : lab.show(request).at("route_servers")) CHECK(server.at("state") == "confirmed");
  CHECK(who.person->page("/requests/" + Lab::id(request)).find("rs2") != std::string::npos);
  const auto settings = who.person->ask("GET", "requests/" + Lab::id(request) + "/settings");
  CHECK(settings.dump().find("allowGlobal") != std::string::npos);
  CHECK(settings.at("bird").get<std::string>().find("ztix_rs1_v6") != std::string::npos);
  const auto shown = lab.ztix({"request", "show", Lab::id(request)});
  CHECK(shown.at("status") == "active");
  CHECK(shown.dump().find("approve") != std::string::npos);
}

TEST_CASE("Another network's request is as if it did not exist") {
  auto& lab = Lab::instance();
  const auto request = lab.request(lab.new_operator());
  const auto stranger = lab.new_operator();
  CHECK(stranger.person->call("GET", "requests/" + Lab::id(request)).status == 404);
  CHECK(
      stranger.person->call("POST", "requests/" + Lab::id(request) + "/withdraw", ztix::test::json::object()).status ==
      404);
}
