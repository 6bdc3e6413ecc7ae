#include "core/domain/policy.h"

#include <fstream>
#include <optional>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"
#include "tests/support/crafting_member.h"

using namespace ztix::test;
using namespace std::chrono_literals;
using ztix::domain::RejectReason;

namespace {

constexpr std::uint32_t kMember = 1000001;

/// One rule: what it refuses with which reason, and a neighbour that it leaves alone. The lab's LAN is bogon space, so
/// the neighbour of the LAN rule is refused too, by the other rule (`neighbour_reason`).
struct Rule {
  RejectReason reason;
  Crafted refused;
  Crafted neighbour;
  std::optional<RejectReason> neighbour_reason = {};
};

std::vector<Rule> rules() {
  using enum RejectReason;
  const std::vector<std::uint32_t> long_path(33, kMember);
  const std::vector<std::uint32_t> longest_path(32, kMember);
  return {
      {first_as_not_peer, {"44.128.101.0/24", {1000009, kMember}, ""}, {"44.128.102.0/24", {kMember, 1000009}, ""}},
      {path_empty, {"44.128.103.0/24", {}, "bgp_path.empty;"}, {"44.128.104.0/24", {}, ""}},
      {next_hop_not_peer, {"44.128.105.0/24", {}, "bgp_next_hop = 10.77.0.200;"}, {"44.128.106.0/24", {}, ""}},
      {path_too_long, {"44.128.107.0/24", long_path, ""}, {"44.128.108.0/24", longest_path, ""}},
      {bogon_asn, {"44.128.109.0/24", {kMember, 64496}, ""}, {"44.128.110.0/24", {kMember, 64495}, ""}},
      {transit_free_asn, {"44.128.111.0/24", {kMember, 3356}, ""}, {"44.128.112.0/24", {kMember, 3355}, ""}},
      {own_lan, {"10.77.0.128/25", {}, ""}, {"10.77.1.0/24", {}, ""}, bogon_prefix},
      {bogon_prefix, {"192.168.0.0/16", {}, ""}, {"192.169.7.0/24", {}, ""}},
      {outside_global_unicast, {"4000:77::/32", {}, ""}, {"3ffd:77::/32", {}, ""}},
      {rpki_invalid, {"44.128.240.0/24", {}, ""}, {"44.128.241.0/24", {}, ""}},
      {prefix_too_long, {"44.128.113.0/25", {}, ""}, {"44.128.114.0/24", {}, ""}},
      {prefix_too_short, {"64.0.0.0/7", {}, ""}, {"44.0.0.0/8", {}, ""}},
  };
}

/// m1 announces what the test wants for as long as this object lives; then its own configuration is back.
class CraftedAnnouncements {
 public:
  CraftedAnnouncements(Lab& lab, const std::vector<Rule>& all) : lab_(lab) {
    const auto addresses = lab.admin().ask("GET", "admin/requests?asn=1000001").front().at("addresses");
    CraftingMember member;
    member.asn = kMember;
    member.address_v4 = addresses.at("ipv4").get<std::string>();
    member.address_v6 = addresses.at("ipv6").get<std::string>();
    for (const auto& rule : all) {
      member.announces.push_back(rule.refused);
      member.announces.push_back(rule.neighbour);
    }
    std::ofstream(lab.env("ZTIX_LAB_STATE_DIR") + "/nodes/m1/bird/crafted.conf") << crafting_config(member);
    lab.birdc("m1", "configure \"/etc/bird/crafted.conf\"");
  }
  ~CraftedAnnouncements() { lab_.birdc("m1", "configure \"/etc/bird/bird.conf\""); }
  CraftedAnnouncements(const CraftedAnnouncements&) = delete;
  CraftedAnnouncements& operator=(const CraftedAnnouncements&) = delete;

 private:
  Lab& lab_;
};

std::string table_of(const std::string& prefix) {
  return prefix.find(':') == std::string::npos ? "ztix_n1_v4" : "ztix_n1_v6";
}

/// What rs1 has kept of a refused route.
std::string filtered(Lab& lab, const std::string& prefix) {
  return lab.birdc("rs1", "show route " + prefix + " filtered all table " + table_of(prefix));
}

bool is_refused_with(Lab& lab, const std::string& prefix, RejectReason reason) {
  const auto community = "(1000000, 1101, " + std::to_string(static_cast<int>(reason)) + ")";
  return filtered(lab, prefix).find(community) != std::string::npos;
}

bool m2_has(Lab& lab, const std::string& prefix) {
  const std::string table = prefix.find(':') == std::string::npos ? "master4" : "master6";
  return lab.birdc("m2", "show route " + prefix + " table " + table).find(" from ") != std::string::npos;
}

}  // namespace

TEST_CASE(
    "Each rule of the import policy refuses its route with its own reason, and a neighbour shows that it is narrow") {
  auto& lab = Lab::instance();
  const auto all = rules();
  const CraftedAnnouncements announced(lab, all);
  REQUIRE(eventually(60s, [&] { return m2_has(lab, all.front().neighbour.prefix); }));
  for (const auto& rule : all) {
    CAPTURE(rule.refused.prefix);
    CHECK(eventually(20s, [&] { return is_refused_with(lab, rule.refused.prefix, rule.reason); }));
    CHECK_FALSE(m2_has(lab, rule.refused.prefix));
    CAPTURE(rule.neighbour.prefix);
    if (rule.neighbour_reason) {
      CHECK(eventually(20s, [&] { return is_refused_with(lab, rule.neighbour.prefix, *rule.neighbour_reason); }));
      CHECK_FALSE(is_refused_with(lab, rule.neighbour.prefix, rule.reason));
    } else {
      CHECK(eventually(20s, [&] { return m2_has(lab, rule.neighbour.prefix); }));
    }
  }
}
