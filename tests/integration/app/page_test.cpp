#include <doctest/doctest.h>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

bool has(const Reply& reply, const std::string& text) { return reply.body.find(text) != std::string::npos; }

TEST_CASE("Pages send whoever is not logged in to the login, and back afterwards") {
  AppWorld world;
  const auto reply = world.send("GET", "/requests/7b0c5f5e-0000-4000-8000-000000000000");
  CHECK(reply.status == 303);
  CHECK(reply.headers.at("location") == "/login?next=%2frequests%2f7b0c5f5e-0000-4000-8000-000000000000");
  CHECK(has(world.send("GET", reply.headers.at("location")), "data-next=\"/requests/7b0c5f5e"));
  for (const std::string next : {"//evil.example", "https://evil.example", "%5c%5cevil.example", "/%5cevil.example"}) {
    CHECK_MESSAGE(has(world.send("GET", "/login?next=" + next), "data-next=\"\""), next);
  }
}

TEST_CASE("The start page leads each role to its own work") {
  AppWorld world;
  CHECK(world.send("GET", "/").headers.at("location") == "/login");
  CHECK(world.send_as(world.browser("alice"), "GET", "/").headers.at("location") == "/dashboard");
  CHECK(world.send_as(world.browser("admin"), "GET", "/").headers.at("location") == "/admin/requests");
}

TEST_CASE("The dashboard offers what this user may ask for, and says what is missing when it is nothing") {
  AppWorld world;
  const auto alice = world.send_as(world.browser("alice"), "GET", "/dashboard");
  CHECK(has(alice, "<option value=\"64496\">AS64496</option>"));
  CHECK(has(alice, kNetwork));
  CHECK(has(alice, kOpenNetwork));
  CHECK_FALSE(has(alice, kClosedNetwork));
  CHECK_FALSE(has(world.send_as(world.browser("bob"), "GET", "/dashboard"), "value=\"" + kNetwork));
  CHECK(has(world.send_as(world.browser("auditor"), "GET", "/dashboard"), "No AS number is linked to your account"));
}

TEST_CASE("The page of a request updates itself while something happens, and is still when nothing does") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  const auto page = "/requests/" + id;
  CHECK(has(world.send_as(alice, "GET", page), "hx-trigger=\"every 5s\""));
  REQUIRE(world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve").status == 200);
  const auto changed = world.send_as(alice, "GET", page + "/progress?shown=pending");
  CHECK(has(changed, "hx-trigger=\"every 1s\""));
  CHECK(changed.headers.at("hx-refresh") == "true");
  CHECK_FALSE(has(changed, "<html"));
  CHECK(world.send_as(alice, "GET", page + "/progress?shown=moving").headers.count("hx-refresh") == 0);
  world.reserve_addresses();
  world.make_active(id);
  const auto active = world.send_as(alice, "GET", page);
  CHECK_FALSE(has(active, "hx-trigger"));
  CHECK(has(active, "192.0.2.10"));
  CHECK(has(active, page + "/settings"));
  const auto settings = world.send_as(alice, "GET", page + "/settings");
  CHECK(settings.status == 200);
  CHECK(has(settings, "zerotier-cli join " + kNetwork));
  CHECK(has(settings, "protocol bgp ztix_rs1_v6"));
}

TEST_CASE("Each role finds the buttons it may use, and no others") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  const auto admin = world.send_as(world.browser("admin"), "GET", "/admin/requests/" + id);
  CHECK(has(admin, "/approve\""));
  CHECK(has(admin, "/reject\""));
  CHECK(has(admin, "request.created"));
  const auto auditor = world.send_as(world.browser("auditor"), "GET", "/admin/requests/" + id);
  CHECK(auditor.status == 200);
  CHECK_FALSE(has(auditor, "/approve\""));
  CHECK(has(world.send_as(alice, "GET", "/requests/" + id), "/withdraw\""));
  CHECK(has(world.send_as(world.browser("admin"), "GET", "/admin/route-servers"), "There is no route server yet"));
  CHECK(has(world.send_as(world.browser("admin"), "GET", "/admin/requests?status=active"),
            "No request fits this filter"));
}

TEST_CASE("[identity 34] Pages have no inline script, style or handler") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  for (const auto& reply :
       {world.send("GET", "/login"), world.send_as(alice, "GET", "/dashboard"),
        world.send_as(alice, "GET", "/requests/" + id), world.send_as(admin, "GET", "/admin/requests"),
        world.send_as(admin, "GET", "/admin/requests/" + id), world.send("GET", "/nothing")}) {
    CHECK_FALSE(has(reply, "<style"));
    CHECK_FALSE(has(reply, " style="));
    CHECK_FALSE(has(reply, " onclick="));
    CHECK_FALSE(has(reply, "<script>"));
    for (auto at = reply.body.find("<script"); at != std::string::npos; at = reply.body.find("<script", at + 1)) {
      const auto tag = reply.body.substr(at, reply.body.find('>', at) - at);
      CHECK(tag.find(" nonce=\"") != std::string::npos);
      CHECK(tag.find(" src=\"/static/") != std::string::npos);
    }
  }
}

TEST_CASE("Static files are named by their content and may be kept for ever") {
  AppWorld world;
  const auto page = world.send("GET", "/login").body;
  for (const std::string name : {"ztix.css", "ztix.js", "ztix.svg", "htmx.min.js"}) {
    const auto end = page.find("/" + name);
    const auto begin = page.rfind("/static/", end);
    const auto url = page.substr(begin, end - begin) + "/" + name;
    const auto file = world.send("GET", url);
    CHECK_MESSAGE(file.status == 200, url);
    CHECK(file.headers.at("cache-control").find("immutable") != std::string::npos);
    CHECK(world.send("GET", "/static/0000000000000000/" + name).status == 404);
  }
}

}  // namespace
}  // namespace ztix::test
