#include <string>

#include <doctest/doctest.h>

#include "app/route_table.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

const std::string kEvil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

/// Puts the script into every text of every table that takes it. What does not (a state, a name with rules, the audit
/// trail, which nobody may change) stays as it is; the function returns how many columns took it.
constexpr const char* kSpoilEverything = R"(
CREATE FUNCTION spoil(evil text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE place record; spoilt integer := 0;
BEGIN
  FOR place IN
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = 'text'
      AND c.table_name NOT IN ('credential', 'schema_migration') AND c.column_name NOT IN ('kind', 'subject', 'secret')
  LOOP
    BEGIN
      EXECUTE format('UPDATE %I SET %I = $1', place.table_name, place.column_name) USING evil;
      spoilt := spoilt + 1;
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END LOOP;
  RETURN spoilt;
END $$)";

/// An exchange with something to show on every page.
std::string furnish(AppWorld& world, const Browser& alice, const Browser& admin) {
  world.add_route_server("rs1", 1);
  const json wish{{"asn", 64496}, {"zt_network_id", kNetwork}, {"node_id", kNode}, {"note", kEvil}};
  const auto id = world.send_as(alice, "POST", "/api/v1/requests", wish.dump()).data()["id"].get<std::string>();
  const auto base = "/api/v1/admin/requests/" + id;
  const auto said = json{{"message", kEvil}}.dump();
  REQUIRE(world.send_as(admin, "POST", base + "/ask", said).status == 200);
  REQUIRE(world.send_as(alice, "POST", "/api/v1/requests/" + id + "/answer", said).status == 200);
  REQUIRE(world.send_as(admin, "POST", base + "/approve").status == 200);
  world.reserve_addresses();
  world.make_active(id);
  REQUIRE(world.send_as(admin, "POST", base + "/suspend", json{{"reason", kEvil}}.dump()).status == 200);
  const auto freeze = json{{"scope", "all"}, {"reason", kEvil}}.dump();
  REQUIRE(world.send_as(admin, "POST", "/api/v1/admin/freeze", freeze).status == 201);
  world.database.sql("UPDATE job SET state = 'dead', finished_at = now() WHERE id = (SELECT min(id) FROM job)");
  world.database.sql(
      "INSERT INTO drift (target, kind, subject, diff) VALUES ('route_server:rs1', 'boot_differs', "
      "'boot.conf', '+ theirs')");
  world.database.sql(
      "INSERT INTO session_status (route_server, protocol, health, info, was_up) "
      "SELECT id, 'as64496_0001_n1_v6', 'limit', 'down', true FROM route_server");
  return id;
}

TEST_CASE("[identity 33] A script in every text of the database stays text on every page and fragment") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = furnish(world, alice, admin);
  world.database.sql(kSpoilEverything);
  const auto spoilt = world.database.sql("SELECT spoil($1) AS columns", {kEvil}).one().get<int>("columns");
  CHECK(spoilt >= 20);
  int shown = 0;
  int pages = 0;
  for (const auto& route : app::table::kRoutes) {
    if (route.kind != app::Kind::page && route.kind != app::Kind::fragment) continue;
    std::string path(route.pattern);
    if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, id);
    for (const auto& who : {alice, admin}) {
      const auto reply = world.send_as(who, "GET", path);
      CAPTURE(path);
      CHECK_MESSAGE(reply.status < 500, reply.body);
      CHECK(reply.body.find("<script>") == std::string::npos);
      CHECK(reply.body.find("<img") == std::string::npos);
      for (auto at = reply.body.find("&lt;script&gt;"); at != std::string::npos;
           at = reply.body.find("&lt;script&gt;", at + 1)) {
        ++shown;
      }
      ++pages;
    }
  }
  MESSAGE(spoilt << " columns, " << pages << " pages, shown " << shown << " times");
  CHECK(shown >= 20);
}

TEST_CASE("[identity 33] A script in an address or its parameters stays text") {
  AppWorld world;
  const auto alice = world.browser("alice");
  for (const std::string path :
       {"/login?next=/%3Cscript%3Ealert(1)", "/%3Cscript%3Ealert(1)", "/requests/%3Cscript%3Ealert(1)",
        "/dashboard?status=%3Cscript%3E", "/dashboard?cursor=%3Cscript%3E"}) {
    const auto reply = world.send_as(alice, "GET", path);
    CHECK_MESSAGE(reply.body.find("<script>") == std::string::npos, path);
    CHECK(reply.status < 500);
  }
}

}  // namespace
}  // namespace ztix::test
