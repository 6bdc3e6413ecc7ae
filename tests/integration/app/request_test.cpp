#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

json wish(int asn, const std::string& network, const json& node = kNode) {
  return {{"asn", asn}, {"zt_network_id", network}, {"node_id", node}};
}

TEST_CASE("A member asks, an administrator asks back, the member answers, the administrator approves") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");

  const auto made = world.new_request(alice);
  const auto id = made["id"].get<std::string>();
  CHECK(made["asn"] == 64496);
  CHECK(made["status"] == "pending");
  CHECK(made["node_id"] == kNode);
  CHECK(made["ipv4"] == true);
  CHECK(made["addresses"] == json{{"ipv4", nullptr}, {"ipv6", nullptr}});
  CHECK(made["router_sequence"] == nullptr);

  const auto base = "/api/v1/admin/requests/" + id;
  CHECK(world.send_as(admin, "POST", base + "/ask", R"({"message":"Which city?"})").data()["status"] == "needs_info");
  CHECK(world.send_as(admin, "POST", base + "/approve").code() == "refused_transition");
  const auto answered = world.send_as(alice, "POST", "/api/v1/requests/" + id + "/answer", R"({"message":"Berlin"})");
  CHECK(answered.data()["status"] == "pending");
  CHECK(answered.data()["messages"].size() == 2);

  const auto approved = world.send_as(admin, "POST", base + "/approve", "{}");
  REQUIRE(approved.status == 200);
  CHECK(approved.data()["status"] == "approved");
  CHECK(approved.data()["router_sequence"] == 1);
  const auto trail = world.send_as(admin, "GET", base).data()["audit"];
  std::vector<std::string> actions;
  for (const auto& entry : trail) actions.push_back(entry["action"]);
  CHECK(actions ==
        std::vector<std::string>{"request.created", "request.asked", "request.answered", "request.approved"});
  CHECK(trail[3]["trace_id"] == approved.headers.at("x-request-id"));
  const auto jobs = world.database.sql("SELECT kind, trace_id FROM job WHERE kind = 'member.provision'").one();
  CHECK(jobs.get<std::string>("trace_id") == approved.headers.at("x-request-id"));
}

TEST_CASE("[identity 24] Who may ask for what") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto bob = world.browser("bob");
  const auto before = world.fingerprint();
  const auto refused = [&](const Browser& who, const json& body, int status, const std::string& code) {
    const auto reply = world.send_as(who, "POST", "/api/v1/requests", body.dump());
    CHECK_MESSAGE(reply.status == status, reply.body);
    CHECK(reply.code() == code);
  };
  refused(alice, wish(64500, kNetwork), 403, "asn_not_linked");
  refused(bob, wish(64500, kNetwork), 403, "network_access_missing");
  refused(alice, wish(64496, kClosedNetwork), 403, "admission_closed");
  refused(alice, wish(64496, "8056c2e21c00ffff"), 422, "unknown_network");
  refused(alice, wish(64496, "8056c2e21c"), 422, "bad_network_id");
  refused(alice, wish(0, kNetwork), 422, "bad_asn");
  refused(alice, wish(64496, kNetwork, "xyz"), 422, "bad_node_id");
  refused(alice, wish(64496, kNetwork, "8056c2e21c"), 422, "node_id_reserved");
  auto ipv4 = wish(64496, kOpenNetwork);
  ipv4["ipv4"] = true;
  refused(alice, ipv4, 422, "no_ipv4_pool");
  CHECK(world.fingerprint() == before);
  CHECK(world.send_as(bob, "POST", "/api/v1/requests", wish(64500, kOpenNetwork).dump()).status == 201);
}

TEST_CASE("A route server's node and a node of another member are refused, and the other's record stays as it is") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto infrastructure =
      world.send_as(alice, "POST", "/api/v1/requests", wish(64496, kNetwork, "aa00000001").dump());
  CHECK(infrastructure.status == 409);
  CHECK(infrastructure.code() == "node_id_in_use");

  const auto id = world.new_request(alice)["id"].get<std::string>();
  REQUIRE(world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve").status == 200);
  const auto again = world.send_as(alice, "POST", "/api/v1/requests", wish(64496, kNetwork).dump());
  CHECK(again.code() == "request_exists");
  CHECK(again.parsed()["error"]["details"]["request_id"] == id);
  const auto record = world.send_as(admin, "GET", "/api/v1/admin/requests/" + id).data();
  const auto other = world.send_as(alice, "POST", "/api/v1/requests", wish(64497, kNetwork).dump());
  CHECK(other.status == 409);
  CHECK(other.code() == "node_id_in_use");
  CHECK(other.parsed()["error"]["details"].count("request_id") == 0);
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/requests/" + id).data() == record);
}

TEST_CASE("[identity 23] What belongs to others does not exist, and only administrators see the queue") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto bob = world.browser("bob");
  const auto auditor = world.browser("auditor");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  for (const std::string& path : {"/api/v1/requests/" + id, "/api/v1/requests/" + id + "/settings", "/requests/" + id,
                                  "/requests/" + id + "/progress", "/requests/" + id + "/settings"}) {
    CHECK_MESSAGE(world.send_as(bob, "GET", path).status == 404, path);
  }
  CHECK(world.send_as(bob, "POST", "/api/v1/requests/" + id + "/withdraw").status == 404);
  CHECK(world.send_as(bob, "GET", "/api/v1/requests").data().empty());
  CHECK(world.send_as(alice, "GET", "/api/v1/requests").data().size() == 1);
  CHECK(world.send_as(bob, "GET", "/api/v1/admin/requests").code() == "role_missing");
  CHECK(world.send_as(alice, "POST", "/api/v1/admin/requests/" + id + "/approve").status == 403);
  CHECK(world.send_as(auditor, "GET", "/api/v1/admin/requests").data().size() == 1);
  CHECK(world.send_as(auditor, "POST", "/api/v1/admin/requests/" + id + "/approve").status == 403);
  CHECK(world.send("GET", "/api/v1/requests/" + id).status == 401);
  CHECK(world.send_as(alice, "GET", "/api/v1/requests/not-a-uuid").status == 404);
}

TEST_CASE(
    "[identity 24] The approver is not the requester, unless there is a single administrator, which the audit then "
    "says") {
  AppWorld world;
  const auto chief = world.browser("chief");
  const auto made = world.send_as(chief, "POST", "/api/v1/requests", wish(64499, kNetwork).dump());
  REQUIRE(made.status == 201);
  const auto id = made.data()["id"].get<std::string>();
  const auto approve = "/api/v1/admin/requests/" + id + "/approve";
  CHECK(world.send_as(chief, "POST", approve).code() == "approver_is_requester");
  world.database.sql("UPDATE installation SET single_admin = true");
  const auto approved = world.send_as(chief, "POST", approve);
  REQUIRE(approved.status == 200);
  CHECK(approved.data()["audit"].back()["facts"]["self_approved"] == "true");
}

TEST_CASE("Rejecting needs a reason, which the member reads") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  const auto reject = "/api/v1/admin/requests/" + id + "/reject";
  CHECK(world.send_as(admin, "POST", reject).code() == "missing_field");
  CHECK(world.send_as(admin, "POST", reject, R"({"reason":"   "})").code() == "text_missing");
  CHECK(world.send_as(admin, "POST", reject, json{{"reason", std::string(4001, 'x')}}.dump()).code() ==
        "text_too_long");
  CHECK(world.send_as(admin, "POST", reject, R"({"reason":"No such AS in the registry."})").data()["status"] ==
        "rejected");
  CHECK(world.send_as(alice, "GET", "/api/v1/requests/" + id).data()["reason"] == "No such AS in the registry.");
}

TEST_CASE("A request without node id waits after approval, and goes on when its owner names the node") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto made = world.send_as(alice, "POST", "/api/v1/requests", wish(64496, kNetwork, nullptr).dump()).data();
  const auto id = made["id"].get<std::string>();
  CHECK(made["node_id"] == nullptr);
  const auto approved = world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve").data();
  CHECK(approved["waiting_for"] == "awaiting_node_id");
  const auto put = "/api/v1/requests/" + id + "/node-id";
  CHECK(world.send_as(alice, "PUT", put, R"({"node_id":"nonsense!!"})").code() == "bad_node_id");
  const auto named = world.send_as(alice, "PUT", put, R"({"node_id":"AABBCCDDEE"})");
  REQUIRE(named.status == 200);
  CHECK(named.data()["node_id"] == "aabbccddee");
}

TEST_CASE("[identity 24] Fifty approvals at the same moment make one membership") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  std::atomic<int> approved = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 50; ++i) {
      threads.emplace_back([&] {
        const auto reply = world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve");
        if (reply.status == 200) ++approved;
        if (reply.status == 409) ++refused;
      });
    }
  }
  CHECK(approved == 1);
  CHECK(refused == 49);
  CHECK(world.count("membership") == 1);
  CHECK(world.count("job WHERE kind = 'member.provision'") == 1);
}

TEST_CASE("Lists come in pages with filters, and what is no filter is refused") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  for (int i = 0; i < 5; ++i) static_cast<void>(world.new_request(alice, "112233445" + std::to_string(i)));
  const auto first = world.send_as(admin, "GET", "/api/v1/admin/requests?limit=2").parsed();
  CHECK(first["data"].size() == 2);
  REQUIRE(first["next"].is_string());
  std::size_t seen = 2;
  for (auto next = first["next"]; next.is_string();) {
    const auto page =
        world.send_as(admin, "GET", "/api/v1/admin/requests?limit=2&cursor=" + next.get<std::string>()).parsed();
    seen += page["data"].size();
    next = page["next"];
  }
  CHECK(seen == 5);
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/requests?status=active").data().empty());
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/requests?asn=64496&status=pending").data().size() == 5);
  CHECK(world.send_as(admin, "GET", "/api/v1/admin/requests?min_age_minutes=5").data().empty());
  for (const std::string query :
       {"status=nonsense", "asn=x", "limit=0", "limit=201", "min_age_minutes=-1", "zt_network_id=1"}) {
    CHECK_MESSAGE(world.send_as(admin, "GET", "/api/v1/admin/requests?" + query).status == 422, query);
  }
  for (const std::string query : {"unknown=1", "cursor=nonsense", "limit=1&limit=2", "asn=%zz", "status=%00"}) {
    CHECK_MESSAGE(world.send_as(admin, "GET", "/api/v1/admin/requests?" + query).status == 400, query);
  }
}

TEST_CASE("The settings name everything a router needs, and nothing before there are addresses") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  world.add_route_server("rs2", 2);
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  const auto path = "/api/v1/requests/" + id + "/settings";
  CHECK(world.send_as(alice, "GET", path).code() == "no_addresses_yet");
  REQUIRE(world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve").status == 200);
  world.reserve_addresses();
  const auto settings = world.send_as(alice, "GET", path).data();
  CHECK(settings["join_command"] == "zerotier-cli join " + kNetwork);
  CHECK(settings["allow_global_command"] == "zerotier-cli set " + kNetwork + " allowGlobal=1");
  CHECK(settings["addresses"] == json{{"ipv4", "192.0.2.10/24"}, {"ipv6", "2001:db8:1:0:a500:6:4496:1/64"}});
  CHECK(settings["mtu"] == 1500);
  REQUIRE(settings["route_servers"].size() == 2);
  CHECK(settings["route_servers"][0] ==
        json{{"name", "rs1"}, {"asn", 64511}, {"ipv4", "192.0.2.1"}, {"ipv6", "2001:db8:1::1"}});
  const auto bird = settings["bird"].get<std::string>();
  for (const std::string name : {"ztix_rs1_v4", "ztix_rs1_v6", "ztix_rs2_v4", "ztix_rs2_v6"}) {
    CHECK_MESSAGE(bird.find("protocol bgp " + name + " {") != std::string::npos, name);
  }
  const TempFolder folder;
  const auto file =
      folder.write("bird.conf", "router id 192.0.2.10;\n" + settings["bird_filters"].get<std::string>() + bird);
  const auto checked = run({"bird", "-p", "-c", file});
  CHECK_MESSAGE(checked.exit_code == 0, checked.err);
}

}  // namespace
}  // namespace ztix::test
