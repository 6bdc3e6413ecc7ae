#include <algorithm>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

json order(Lab& lab, const json& request, const std::string& what, const json& body = json::object()) {
  return lab.admin().ask("POST", "admin/requests/" + Lab::id(request) + "/" + what, body);
}

json active_request(Lab& lab, const Lab::Operator& who) {
  const auto request = lab.request(who);
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 40s));
  return lab.show(request);
}

/// Has the route server a BGP protocol of this ASN?
bool has_peer(Lab& lab, const std::string& node, std::uint32_t asn) {
  const auto peers = lab.peers(node);
  return std::any_of(peers.begin(), peers.end(), [&](const std::string& name) {
    return name.find("as" + std::to_string(asn) + "_") != std::string::npos;
  });
}

int established_of(Lab& lab, const std::string& node, const std::string& pattern) {
  const auto text = lab.birdc(node, "show protocols \"" + pattern + "\"");
  int count = 0;
  for (std::size_t at = 0; (at = text.find("Established", at)) != std::string::npos; ++at) ++count;
  return count;
}

bool is_cut_off(Lab& lab, const std::string& node_id) {
  const auto member = lab.controller_member(node_id);
  return member.is_null() || (member.at("authorized") == false && member.at("ipAssignments").empty());
}

bool is_let_in(Lab& lab, const std::string& node_id) {
  const auto member = lab.controller_member(node_id);
  return !member.is_null() && member.at("authorized") == true;
}

}  // namespace

TEST_CASE("A suspended member is down on both route servers within two seconds and comes back by itself when resumed") {
  auto& lab = Lab::instance();
  const auto request = lab.admin().ask("GET", "admin/requests?asn=1000001").front();
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

TEST_CASE("With one route server out of reach an urgent end is owed by it, offers nothing of it, and is paid later") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = active_request(lab, who);
  const auto address = request.at("addresses").at("ipv4");
  Stopped sshd(lab, "rs2", "sshd");
  order(lab, request, "revoke", {{"reason", "over"}});
  CHECK(eventually(2s, [&] { return is_cut_off(lab, who.node_id); }));
  CHECK(lab.becomes(request, "revoked", 90s));
  CHECK(lab.show(request).at("owed") == json::array({"rs2"}));
  // What is not reachable boots with the old file, and the member stays outside all the same.
  lab.kill("rs2", "bird");
  CHECK(eventually(20s, [&] { return has_peer(lab, "rs2", who.asn); }));
  CHECK(is_cut_off(lab, who.node_id));
  const auto owed = lab.sql("SELECT owed FROM address WHERE host(address) = $1", {address.get<std::string>()});
  CHECK(owed.one().get<bool>("owed"));
  sshd.start();
  CHECK(eventually(40s, [&] { return lab.show(request).at("owed").empty(); }));
  CHECK_FALSE(has_peer(lab, "rs2", who.asn));
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
