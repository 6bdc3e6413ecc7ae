#include "core/fabric/wanted_json.h"

#include <nlohmann/json.hpp>

#include "core/fabric/wanted_state.h"

namespace ztix::fabric {

using nlohmann::json;

json network_settings(const service::WantedNetwork& wanted) {
  json routes = json::array();
  for (const Prefix& prefix : wanted.lan_prefixes) routes.push_back({{"target", prefix.text()}, {"via", nullptr}});
  return {{"name", wanted.name},
          {"private", true},
          {"enableBroadcast", false},
          {"mtu", kWantedMtu},
          {"multicastLimit", kLeastMulticastLimit},
          {"v4AssignMode", {{"zt", false}}},
          {"v6AssignMode", {{"6plane", false}, {"rfc4193", false}, {"zt", false}}},
          {"ipAssignmentPools", json::array()},
          {"routes", routes}};
}

json member_settings(const WantedMember& wanted) {
  return {{"authorized", wanted.authorized}, {"ipAssignments", wanted.addresses}, {"noAutoAssignIps", true},
          {"activeBridge", false},           {"capabilities", json::array()},     {"tags", json::array()}};
}

std::string member_path(const std::string& network_path, const domain::NodeId& node) {
  return network_path + "/member/" + node.text();
}

}  // namespace ztix::fabric
