#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

const std::string kFreeze = "/api/v1/admin/freeze";
const std::string kRouteServers = "/api/v1/admin/route-servers/";

bool has(const Reply& reply, const std::string& text) { return reply.body.find(text) != std::string::npos; }

TEST_CASE("A freeze is set by administrators, stands above every page, and is lifted once") {
  AppWorld world;
  const auto admin = world.browser("admin");
  const auto alice = world.browser("alice");
  const auto body = json{{"scope", "network"}, {"subject", kNetwork}, {"reason", "fibre work"}, {"seconds", 60}}.dump();
  CHECK(world.send_as(alice, "POST", kFreeze, body).status == 403);
  CHECK(world.count("\"freeze\"") == 0);

  const auto set = world.send_as(admin, "POST", kFreeze, body);
  CHECK(set.status == 201);
  CHECK(set.data().at("subject") == kNetwork);
  CHECK_FALSE(set.data().at("until").is_null());
  CHECK(has(world.send_as(alice, "GET", "/dashboard"), "fibre work"));
  CHECK(has(world.send_as(admin, "GET", "/admin/operations"), "fibre work"));
  CHECK_FALSE(has(world.send("GET", "/login"), "fibre work"));
  CHECK(world.send_as(admin, "GET", kFreeze).parsed().at("data").size() == 1);

  const auto named = json{{"scope", "network"}, {"subject", kNetwork}}.dump();
  CHECK(world.send_as(admin, "POST", kFreeze + "/lift", named).status == 200);
  CHECK(world.send_as(admin, "POST", kFreeze + "/lift", named).code() == "not_frozen");
  CHECK_FALSE(has(world.send_as(alice, "GET", "/dashboard"), "fibre work"));
}

TEST_CASE("A freeze without a reason, of something unknown, or for ever and a day is refused") {
  AppWorld world;
  const auto admin = world.browser("admin");
  for (const auto& [body, status] :
       {std::pair(json{{"scope", "all"}}, 400), std::pair(json{{"scope", "moon"}, {"reason", "x"}}, 422),
        std::pair(json{{"scope", "network"}, {"reason", "x"}}, 400),
        std::pair(json{{"scope", "all"}, {"subject", "rs1"}, {"reason", "x"}}, 400),
        std::pair(json{{"scope", "route_server"}, {"subject", "rs9"}, {"reason", "x"}}, 404),
        std::pair(json{{"scope", "all"}, {"reason", "x"}, {"seconds", 0}}, 422)}) {
    CAPTURE(body.dump());
    CHECK(world.send_as(admin, "POST", kFreeze, body.dump()).status == status);
  }
  CHECK(world.count("\"freeze\"") == 0);
}

TEST_CASE("Draining needs another route server that is up, or a reason") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  world.database.sql("UPDATE route_server SET state = 'enabled'");
  const auto admin = world.browser("admin");
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs1/drain", "{}").code() == "last_one");
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs1/drain", R"({"last_one":true})").status == 400);
  const auto drained =
      world.send_as(admin, "POST", kRouteServers + "rs1/drain", R"({"seconds":5,"last_one":true,"reason":"new disk"})");
  CHECK(drained.status == 202);
  CHECK(world.count("drain") == 1);  // the worker does it
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs1/return").status == 202);
  world.database.sql("UPDATE route_server SET state = 'joining'");
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs1/drain", R"({"last_one":true,"reason":"x"})").code() ==
        "refused_transition");
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs1/return").code() == "refused_transition");
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs9/return").status == 404);
}

TEST_CASE("Differences and the controller are shown to auditors and administrators only") {
  AppWorld world;
  world.database.sql(
      "INSERT INTO drift (target, kind, subject, diff) VALUES ('route_server:rs1', 'boot_differs', 'boot.conf', "
      "'- ours' || chr(10) || '+ theirs')");
  const auto auditor = world.browser("auditor");
  const auto drifts = world.send_as(auditor, "GET", "/api/v1/admin/drift?open=true").parsed().at("data");
  REQUIRE(drifts.size() == 1);
  CHECK(drifts[0].at("kind") == "boot_differs");
  CHECK(drifts[0].at("diff") == "- ours\n+ theirs");
  CHECK(world.send_as(auditor, "GET", "/api/v1/admin/controller").parsed().at("data").size() == 3);
  CHECK(has(world.send_as(auditor, "GET", "/admin/operations"), "+ theirs"));
  for (const auto* path : {"/api/v1/admin/drift", "/api/v1/admin/controller", "/api/v1/admin/freeze"}) {
    CHECK(world.send_as(world.browser("alice"), "GET", path).status == 403);
  }
}

TEST_CASE("A dead job shows where it died and why, and an administrator gives it another try") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  world.database.sql(
      "UPDATE job SET state = 'dead', finished_at = now(), last_step = 'A8 verify', last_error = 'sessions went down', "
      "crash_count = 2, attempt = 3 WHERE kind = 'rs.apply'");
  const auto admin = world.browser("admin");
  const auto auditor = world.browser("auditor");
  const auto dead = world.send_as(auditor, "GET", "/api/v1/admin/jobs?state=dead").parsed().at("data");
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].at("last_step") == "A8 verify");
  CHECK(dead[0].at("last_error") == "sessions went down");
  CHECK(dead[0].at("crash_count") == 2);
  const auto retry = "/api/v1/admin/jobs/" + std::to_string(dead[0].at("id").get<int>()) + "/retry";
  const auto page = world.send_as(admin, "GET", "/admin/operations");
  CHECK(has(page, "step A8 verify, 3 attempts, 2 crashes"));
  CHECK(has(page, retry));
  CHECK_FALSE(has(world.send_as(auditor, "GET", "/admin/operations"), retry));
  CHECK(world.send_as(auditor, "POST", retry).status == 403);
  CHECK(world.send_as(admin, "POST", retry).status == 202);
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/jobs?state=dead").parsed().at("data").empty());
  CHECK(world.send_as(admin, "POST", retry).code() == "refused_transition");
  CHECK(world.send_as(admin, "POST", "/api/v1/admin/jobs/999999/retry").status == 404);
  CHECK(world.send_as(admin, "POST", "/api/v1/admin/jobs/x/retry").status == 404);
}

TEST_CASE("A route server that failed shows why, and has a button to try it again") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto admin = world.browser("admin");
  const auto retry = kRouteServers + "rs1/retry";
  CHECK_FALSE(has(world.send_as(admin, "GET", "/admin/route-servers"), retry));
  world.database.sql("UPDATE route_server SET last_step = 'A5 check', last_error = 'does not take it'");
  CHECK(has(world.send_as(admin, "GET", "/admin/route-servers"), retry));
  CHECK(has(world.send_as(admin, "GET", "/admin/route-servers"), "does not take it"));
  CHECK_FALSE(has(world.send_as(world.browser("auditor"), "GET", "/admin/route-servers"), retry));
  CHECK(world.send_as(admin, "POST", retry).status == 202);
  CHECK(world.send_as(admin, "POST", kRouteServers + "rs9/retry").status == 404);
}

TEST_CASE("A request shows how each of its sessions is") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto alice = world.browser("alice");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  REQUIRE(world.send_as(world.browser("admin"), "POST", "/api/v1/admin/requests/" + id + "/approve").status == 200);
  world.reserve_addresses();
  world.make_active(id);
  world.database.sql(
      "INSERT INTO session_status (route_server, protocol, health, info, was_up) "
      "SELECT id, 'as64496_0001_n1_v6', 'limit', 'Automatic shutdown', true FROM route_server");
  const auto sessions = world.send_as(alice, "GET", "/api/v1/requests/" + id).data().at("sessions");
  REQUIRE(sessions.size() == 1);
  CHECK(sessions[0].at("state") == "limit");
  CHECK(sessions[0].at("route_server") == "rs1");
  CHECK(has(world.send_as(alice, "GET", "/requests/" + id), "too many prefixes"));
}

}  // namespace
}  // namespace ztix::test
