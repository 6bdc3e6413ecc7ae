#include "tests/support/snapshots.h"

#include <string>

#include "core/domain/address_plan.h"

namespace ztix::test {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
Prefix prefix(std::string_view text) { return Prefix::parse(text).value(); }
domain::Asn asn(std::uint32_t number) { return domain::Asn::from_number(number).value(); }

domain::ConfigSnapshot empty_snapshot() {
  return domain::ConfigSnapshot{
      .revision = 1,
      .route_server = {.id = 1,
                       .name = "rs1",
                       .router_id = ip("10.77.0.1"),
                       .state = domain::RouteServerState::enabled,
                       .bird_version = "2.0.12",
                       .rtr_caches = {{ip("10.77.0.250"), 8282}},
                       .attachments = {{1, asn(1000000), ip("10.77.0.1"), ip("2001:db8:77::1")}}},
      .policy = domain::PolicyDefinition::standard(),
      .networks = {{1, domain::ZtNetworkId::parse("8056c2e21c000001").value(), prefix("10.77.0.0/24"),
                    prefix("2001:db8:77::/64")}},
      .memberships = {},
      .session_admin_states = {}};
}

void add_second_network(domain::ConfigSnapshot& snapshot) {
  snapshot.networks.push_back(
      {2, domain::ZtNetworkId::parse("8056c2e21c000002").value(), prefix("10.78.0.0/24"), prefix("2001:db8:78::/64")});
  snapshot.route_server.attachments.push_back({2, asn(1000000), ip("10.78.0.1"), ip("2001:db8:78::1")});
}

domain::MembershipConfig& add_member(domain::ConfigSnapshot& snapshot, std::uint32_t number, int network_number) {
  const auto index = snapshot.memberships.size();
  const auto& network = snapshot.networks.at(static_cast<std::size_t>(network_number - 1));
  const auto host = network.lan_v4.value().address().to_ipv4() + 10 + static_cast<std::uint32_t>(index);
  snapshot.memberships.push_back(
      domain::MembershipConfig{.id = static_cast<std::int64_t>(index) + 1,
                               .version = 1,
                               .network_number = network_number,
                               .asn = asn(number),
                               .ipv4 = IpAddress::from_ipv4(host),
                               .ipv6 = domain::member_ipv6(network.lan_v6, asn(number), 1).value(),
                               .md5_key = {},
                               .prefix_set = {}});
  return snapshot.memberships.back();
}

}  // namespace ztix::test
