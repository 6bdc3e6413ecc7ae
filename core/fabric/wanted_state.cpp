#include "core/fabric/wanted_state.h"

#include <algorithm>

namespace ztix::fabric {

namespace {

/// Canonical text where it is an address, the text as it is where not, so that rubbish never equals an address.
std::vector<std::string> canonical_addresses(const std::vector<std::string>& texts) {
  std::vector<std::string> canonical;
  for (const std::string& text : texts) {
    const auto address = IpAddress::parse(text);
    canonical.push_back(address ? address->text() : text);
  }
  std::sort(canonical.begin(), canonical.end());
  return canonical;
}

std::vector<std::string> canonical_routes(const std::vector<std::string>& texts) {
  std::vector<std::string> canonical;
  for (const std::string& text : texts) {
    const auto prefix = Prefix::parse(text);
    canonical.push_back(prefix ? prefix->text() : text);
  }
  std::sort(canonical.begin(), canonical.end());
  return canonical;
}

std::vector<std::string> wanted_routes(const service::WantedNetwork& wanted) {
  std::vector<std::string> routes;
  for (const Prefix& prefix : wanted.lan_prefixes) routes.push_back(prefix.text());
  std::sort(routes.begin(), routes.end());
  return routes;
}

}  // namespace

std::vector<std::string> differences(const NetworkFacts& found, const service::WantedNetwork& wanted) {
  std::vector<std::string> names;
  const auto expect = [&names](bool as_wanted, const char* name) {
    if (!as_wanted) names.emplace_back(name);
  };
  expect(found.id == wanted.id.text(), "id");
  expect(found.name == wanted.name, "name");
  expect(found.is_private, "private");
  expect(!found.broadcast, "enableBroadcast");
  expect(found.mtu == kWantedMtu, "mtu");
  expect(found.multicast_limit >= kLeastMulticastLimit, "multicastLimit");
  expect(!found.assigns_addresses, "v4AssignMode, v6AssignMode");
  expect(!found.has_pools, "ipAssignmentPools");
  expect(canonical_routes(found.routes) == wanted_routes(wanted), "routes");
  return names;
}

bool is_as_wanted(const MemberFacts& found, const WantedMember& wanted) {
  return found.authorized == wanted.authorized && found.no_auto_assign && !found.active_bridge && !found.has_tags &&
         canonical_addresses(found.addresses) == canonical_addresses(wanted.addresses);
}

std::optional<service::FabricMember> fabric_member(const MemberFacts& facts) {
  const auto node = domain::NodeId::parse(facts.id);
  if (!node) return std::nullopt;
  service::FabricMember member{*node, facts.authorized, {}, facts.seen};
  for (const std::string& text : facts.addresses) {
    if (const auto address = IpAddress::parse(text)) member.addresses.push_back(*address);
  }
  return member;
}

}  // namespace ztix::fabric
