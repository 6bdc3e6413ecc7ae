#include "tests/integration/policy/exchange.h"

#include <stdexcept>

#include "core/render/bird_config.h"
#include "tests/support/eventually.h"
#include "tests/support/snapshots.h"

namespace ztix::test {
namespace {

std::vector<Vrp> vrps() {
  return {{"44.128.18.0/24", 24, 1000002},
          {"44.128.19.0/24", 24, kFirstMember},
          {"44.128.20.0/23", 23, kFirstMember},
          {"2a10:77:d::/48", 48, 1000002},
          {"2a10:77:e::/48", 48, kFirstMember}};
}

domain::ConfigSnapshot policy_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.networks.push_back(
      {2, domain::ZtNetworkId::parse("8056c2e21c000002").value(), prefix("44.129.0.0/24"), prefix("2a10:79::/64")});
  add_member(snapshot, kFirstMember);
  auto& second = add_member(snapshot, 1000002);
  second.md5_key = "Md5KeyOfMember2";
  second.ttl_security = true;
  auto& third = add_member(snapshot, 174);
  third.prefix_set = {prefix("44.128.60.0/24"), prefix("44.128.62.0/24"), prefix("2a10:77:60::/48")};
  third.limit_v6 = domain::PrefixLimit::of(AddressFamily::ipv6, 3).value();
  return snapshot;
}

}  // namespace

std::string reason_tag(domain::RejectReason reason) {
  return "(1000000, 1101, " + std::to_string(static_cast<unsigned>(reason)) + ")";
}

std::set<std::string> tags(const SeenRoute& route, const std::string& function) {
  std::set<std::string> found;
  for (const auto& each : route.large_communities) {
    if (each.starts_with("(1000000, " + function + ", ")) found.insert(each);
  }
  return found;
}

Exchange::Exchange() : snapshot_(policy_snapshot()) {
  net_.add_node("rs1", {"10.77.0.1/24", "2001:db8:77::1/64"});
  for (std::size_t i = 0; i < snapshot_.memberships.size(); ++i) {
    const auto& membership = snapshot_.memberships[i];
    net_.add_node("m" + std::to_string(i + 1), {membership.ipv4->text() + "/24", membership.ipv6.text() + "/64"});
  }
  net_.add_node("rtr", {"10.77.0.250/24"});
  net_.start_rtr_cache("rtr", "10.77.0.250", 8282, vrps_json(vrps()));
  apply();
  const auto loaded = [&] {
    return rs().birdc("show route table ztix_roa_v6 count").find("2 of 2") != std::string::npos;
  };
  if (!eventually(loaded)) throw std::runtime_error("no ROAs: " + rs().birdc("show protocols all"));
}

void Exchange::apply() { give(rs(), render::render_route_server(snapshot_, rs().folder()).value()); }

void Exchange::announce(int number, std::vector<Crafted> routes) {
  const auto& membership = snapshot_.memberships.at(static_cast<std::size_t>(number - 1));
  CraftingMember config;
  config.asn = membership.asn.number();
  config.address_v4 = membership.ipv4->text();
  config.address_v6 = membership.ipv6.text();
  if (!membership.md5_key.empty()) config.options += "password \"" + membership.md5_key + "\"; ";
  if (membership.ttl_security) config.options += "ttl security yes;";
  config.announces = std::move(routes);
  member(number).configure(crafting_config(config));
}

bool Exchange::both_established(int number) {
  return member(number).is_established("rs_v4") && member(number).is_established("rs_v6");
}

SeenRoutes Exchange::at_route_server(const std::string& kind) {
  auto routes = rs().routes(kind + "table ztix_n1_v4");
  routes.merge(rs().routes(kind + "table ztix_n1_v6"));
  return routes;
}

SeenRoutes Exchange::at_member(int number) {
  auto routes = member(number).routes("protocol rs_v4");
  routes.merge(member(number).routes("protocol rs_v6"));
  return routes;
}

}  // namespace ztix::test
