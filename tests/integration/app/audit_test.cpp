#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

const std::string kAudit = "/api/v1/admin/audit";

TEST_CASE("Auditors and administrators list the audit log by who, what, with what and when, page after page") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto auditor = world.browser("auditor");
  const auto request = world.new_request(alice);
  const auto id = request.at("id").get<std::string>();
  CHECK(world.send_as(alice, "GET", kAudit).status == 403);

  const auto by = [&](const std::string& filter) {
    const auto reply = world.send_as(auditor, "GET", kAudit + "?" + filter);
    CAPTURE(reply.body);
    REQUIRE(reply.status == 200);
    return reply.data();
  };
  REQUIRE(by("subject=request:" + id).size() == 1);
  const auto row = by("subject=request:" + id).front();
  CHECK(row.at("action") == "request.created");
  CHECK(row.at("actor") == "alice");
  CHECK(row.at("actor_kind") == "user");
  CHECK(row.at("subject_id") == id);
  CHECK_FALSE(row.at("trace_id").is_null());
  CHECK(by("actor=alice&action=request").size() == 1);
  CHECK(by("actor=alice&action=request.created").size() == 1);
  CHECK(by("actor=bob&action=request").empty());
  CHECK(by("action=reque").empty());
  CHECK(by("from=2000-01-01&to=2000-01-02").empty());
  CHECK(by("from=2000-01-01&action=request").size() == 1);
  CHECK(by("actor=alice&action=access.refused").front().at("facts").at("route") == "GET " + kAudit);

  std::set<std::int64_t> seen;
  std::string cursor;
  do {
    const auto page = world.send_as(auditor, "GET", kAudit + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& entry : page.data()) CHECK(seen.insert(entry.at("id").get<std::int64_t>()).second);
    const auto next = page.parsed().at("next");
    cursor = next.is_null() ? "" : next.get<std::string>();
  } while (!cursor.empty());
  CHECK(static_cast<std::int64_t>(seen.size()) == world.count("audit"));
  const auto page = world.send_as(auditor, "GET", "/admin/audit?actor=alice");
  CHECK(page.status == 200);
  CHECK(page.body.find("request.created") != std::string::npos);
}

TEST_CASE("A filter of the audit log that means nothing is refused") {
  AppWorld world;
  const auto admin = world.browser("admin");
  for (const auto& [query, status] :
       {std::pair("from=yesterday", 422), std::pair("to=2026-02-30", 422), std::pair("subject=:x", 400),
        std::pair("subject=request:", 400), std::pair("cursor=x", 400), std::pair("who=alice", 400),
        std::pair("limit=0", 422)}) {
    CAPTURE(query);
    CHECK(world.send_as(admin, "GET", kAudit + "?" + query).status == status);
    CHECK(world.send_as(admin, "GET", std::string("/admin/audit?") + query).status == status);
  }
}

TEST_CASE("From a revision back to the person who approved each of its members") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice).at("id").get<std::string>();
  REQUIRE(world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve", "{}").status == 200);
  world.database.sql("INSERT INTO config_revision (revision, actor, cause) VALUES (7, 'worker', 'a member')");
  world.database.sql(
      "INSERT INTO config_object (kind, subject, version, content, network, from_revision) SELECT 'membership', "
      "membership::text, 1, '{}', network, 7 FROM request WHERE id = $1",
      {id});
  const auto found = world.send_as(admin, "GET", "/api/v1/admin/revisions/7/approvals");
  CAPTURE(found.body);
  REQUIRE(found.status == 200);
  CHECK(found.data().at("cause") == "a member");
  REQUIRE(found.data().at("members").size() == 1);
  const auto member = found.data().at("members").front();
  CHECK(member.at("asn") == 64496);
  CHECK(member.at("request_id") == id);
  CHECK(member.at("requested_by") == "alice");
  REQUIRE(member.at("approvals").size() == 1);
  CHECK(member.at("approvals").front().at("actor") == "admin");
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/revisions/8/approvals").status == 404);
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/revisions/x/approvals").status == 404);
}

TEST_CASE("[identity 37] Whatever says no to somebody who is logged in leaves its row, with the reason") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto bob = world.browser("bob");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice).at("id").get<std::string>();
  const auto why = [&](const std::string& route) {
    const auto rows = world.database.sql(
        "SELECT facts->>'why' AS why FROM audit WHERE action = 'access.refused' AND facts->>'route' = $1", {route});
    return rows.size() == 1 ? rows.one().get<std::string>("why") : std::to_string(rows.size()) + " rows";
  };
  CHECK(world.send_as(alice, "GET", "/api/v1/admin/jobs").status == 403);
  CHECK(why("GET /api/v1/admin/jobs") == "role_missing");
  CHECK(world.send_as(bob, "GET", "/api/v1/requests/" + id).status == 404);
  CHECK(why("GET /api/v1/requests/{id}") == "not_found");
  auto forged = alice;
  forged.csrf = "another";
  CHECK(world.send_as(forged, "POST", "/api/v1/requests/" + id + "/withdraw", "{}").status == 403);
  CHECK(why("POST /api/v1/requests/{id}/withdraw") == "csrf_token_wrong");
  CHECK(world.send_as(alice, "POST", "/api/v1/auth/logout", "{}", {{"Origin", "https://evil.example"}}).status == 403);
  CHECK(why("POST /api/v1/auth/logout") == "cross_site");
}

}  // namespace
}  // namespace ztix::test
