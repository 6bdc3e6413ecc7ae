#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"
#include "tests/e2e/sessions.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

json active_request(Lab& lab, const Lab::Operator& who) {
  const auto request = lab.request(who);
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 40s));
  return lab.show(request);
}

}  // namespace

TEST_CASE("A suspended member is down on both route servers within two seconds and comes back by itself when resumed") {
  auto& lab = Lab::instance();
  const auto request = request_of(lab, "m1");
  REQUIRE(eventually(60s, [&] { return established_of(lab, "m1", "ztix_*") == 4; }));
  const auto node = lab.env("ZTIX_M1_NODE_ID");
  CHECK(order(lab, request, "suspend", {{"reason", "spoofed"}}).at("status") == "active");
  CHECK(eventually(
      2s, [&] { return established_of(lab, "rs1", "as1000001_*") + established_of(lab, "rs2", "as1000001_*") == 0; }));
  CHECK(eventually(5s, [&] { return is_cut_off(lab, node); }));
  const auto owner = lab.person("op1");
  CHECK(owner.page("/requests/" + Lab::id(request)).find("spoofed") != std::string::npos);
  order(lab, request, "resume");
  CHECK(eventually(60s, [&] { return established_of(lab, "m1", "ztix_*") == 4; }));
  CHECK(is_let_in(lab, node));
  CHECK(lab.show(request).at("suspended") == false);
}

TEST_CASE("A member that leaves is withdrawn on all route servers before its place on the network ends") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = active_request(lab, who);
  CHECK(who.person->ask("POST", "requests/" + Lab::id(request) + "/leave", json::object()).at("leaving") == true);
  bool in_order = true;
  CHECK(eventually(60s, [&] {
    const bool withdrawn = !has_peer(lab, "rs1", who.asn) && !has_peer(lab, "rs2", who.asn);
    const bool cut_off = is_cut_off(lab, who.node_id);
    if (cut_off && !withdrawn && (has_peer(lab, "rs1", who.asn) || has_peer(lab, "rs2", who.asn))) in_order = false;
    return cut_off && withdrawn;
  }));
  CHECK(in_order);
  CHECK(lab.becomes(request, "revoked", 90s));
  CHECK(lab.show(request).at("owed").empty());
}

TEST_CASE("The node of an active member changes in place: same addresses, same configuration") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = active_request(lab, who);
  const auto revisions = [&] { return lab.sql("SELECT max(revision) AS r FROM config_revision").one().get<int>("r"); };
  const auto before = revisions();
  const auto old_record = lab.controller_member(who.node_id).at("ipAssignments");
  auto node = who.node_id;
  node[1] = node[1] == '0' ? '1' : '0';
  who.person->ask("PUT", "requests/" + Lab::id(request) + "/node-id", {{"node_id", node}});
  CHECK(eventually(20s, [&] { return is_let_in(lab, node) && is_cut_off(lab, who.node_id); }));
  CHECK(lab.controller_member(node).at("ipAssignments") == old_record);
  CHECK(lab.show(request).at("addresses") == request.at("addresses"));
  CHECK(lab.status(request) == "active");
  CHECK(revisions() == before);
}
