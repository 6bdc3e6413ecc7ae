#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

TEST_CASE("[identity 38] What is done in the exchange is sealed within a second, exported, and verified as a whole") {
  auto& lab = Lab::instance();
  const auto request = lab.request(lab.new_operator());
  const auto sealed = [&] {
    return lab
        .sql("SELECT count(*) AS n FROM audit a JOIN audit_seal s ON s.audit_id = a.id WHERE a.subject_id = $1",
             {Lab::id(request)})
        .one()
        .get<int>("n");
  };
  CHECK(eventually(1s, [&] { return sealed() == 1; }));
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 60s));
  REQUIRE(eventually(90s, [&] { return !lab.ztix({"audit", "verify"}).at("head").is_null(); }));
  const auto report = lab.ztix({"audit", "verify"});
  CAPTURE(report.dump());
  CHECK(report.at("intact") == true);
  CHECK(report.at("sealed").get<int>() > 20);
}

TEST_CASE(
    "[identity 37] Every step from the request to its confirmation has its row, and leads back to who approved it") {
  auto& lab = Lab::instance();
  const auto request = lab.request(lab.new_operator());
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 60s));
  for (const std::string action : {"request.created", "request.approved", "request.started", "request.activated"}) {
    CAPTURE(action);
    CHECK(lab.admin().ask("GET", "admin/audit?subject=request:" + Lab::id(request) + "&action=" + action).size() == 1);
  }
  CHECK_FALSE(lab.admin().ask("GET", "admin/audit?subject=route_server:rs1&action=route_server.confirmed").empty());
  const auto revision = lab.admin().ask("GET", "admin/route-servers/rs1").at("confirmed_revision").get<std::int64_t>();
  const auto approvals = lab.admin().ask("GET", "admin/revisions/" + std::to_string(revision) + "/approvals");
  int of_this_one = 0;
  for (const auto& member : approvals.at("members")) {
    CHECK_FALSE(member.at("approvals").empty());
    if (member.at("request_id") != Lab::id(request)) continue;
    ++of_this_one;
    CHECK(member.at("approvals").front().at("actor") == "admin");
  }
  CHECK(of_this_one == 1);
}
