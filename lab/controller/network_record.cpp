#include "lab/controller/network_record.h"

#include <algorithm>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "lab/controller/address_text.h"
#include "lab/controller/coerce.h"
#include "lab/controller/rules.h"

namespace ztix::lab::controller {

using nlohmann::json;

namespace {

constexpr std::uint64_t kSmallestMtu = 1280;
constexpr std::uint64_t kDefaultMtu = 2800;
constexpr std::uint64_t kLargestMtu = 10000;

json value_or_null(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? json() : *found;
}

json kept_routes(const json& wanted) {
  json routes = json::array();
  for (const json& route : wanted) {
    if (!route.is_object()) continue;
    const json target_text = value_or_null(route, "target");
    if (!target_text.is_string()) continue;
    const auto target = read_address(target_text.get<std::string>());
    if (!target || !target->has_valid_bits()) continue;
    const json via_text = value_or_null(route, "via");
    const auto via = via_text.is_string() ? read_address(via_text.get<std::string>()) : std::nullopt;
    const bool same_family = via && via->family == target->family;
    routes.push_back({{"target", target->with_bits()}, {"via", same_family ? json(via->address) : json()}});
  }
  return routes;
}

json kept_pools(const json& wanted) {
  json pools = json::array();
  for (const json& pool : wanted) {
    if (!pool.is_object() || !pool.contains("ipRangeStart") || !pool.contains("ipRangeEnd")) continue;
    const auto first = read_address(to_text(pool["ipRangeStart"]));
    const auto last = read_address(to_text(pool["ipRangeEnd"]));
    if (!first || !last || first->family != last->family) continue;
    pools.push_back({{"ipRangeStart", first->address}, {"ipRangeEnd", last->address}});
  }
  return pools;
}

json v4_assign_mode(const json& wanted) {
  if (wanted.is_string()) return {{"zt", wanted == "zt"}};
  return {{"zt", wanted.is_object() && to_boolean(value_or_null(wanted, "zt"), false)}};
}

json v6_assign_mode(const json& wanted) {
  json mode = json::object();
  if (!wanted.is_object()) mode = {{"6plane", false}, {"rfc4193", false}, {"zt", false}};
  for (const char* name : {"6plane", "rfc4193", "zt"}) {
    if (wanted.is_object() && wanted.contains(name)) mode[name] = to_boolean(wanted[name], false);
    if (wanted.is_string()) {
      const auto& text = wanted.get_ref<const std::string&>();
      const auto words = split(text, ',');
      mode[name] = std::find(words.begin(), words.end(), name) != words.end();
    }
  }
  return mode;
}

/// Definitions of tags or capabilities: sorted by id, the last of one id wins.
template <class Read>
json definitions_by_id(const json& wanted, Read read) {
  std::map<std::uint64_t, json> by_id;
  for (const json& definition : wanted) {
    if (!definition.is_object()) continue;
    const std::uint64_t id = to_integer(value_or_null(definition, "id"), 0);
    by_id[id] = read(definition);
    by_id[id]["id"] = id;
  }
  json sorted = json::array();
  for (auto& [id, definition] : by_id) sorted.push_back(std::move(definition));
  return sorted;
}

json tag_definition(const json& wanted) {
  const json given = value_or_null(wanted, "default");
  return {{"default", given.is_null() ? json() : json(to_integer(given, 0))}};
}

json capability_definition(const json& wanted) {
  const json rules = value_or_null(wanted, "rules");
  return {{"default", to_boolean(value_or_null(wanted, "default"), false)},
          {"rules", rules.is_array() ? normalised_rules(rules) : json::array()}};
}

json kept_dns(const json& wanted) {
  json dns{{"domain", value_or_null(wanted, "domain")}};
  if (const json servers = value_or_null(wanted, "servers"); servers.is_array()) dns["servers"] = servers;
  return dns;
}

void update_scalars(json& network, const json& wanted) {
  if (wanted.contains("name")) network["name"] = to_text(wanted["name"]);
  if (wanted.contains("private")) network["private"] = to_boolean(wanted["private"], true);
  if (wanted.contains("enableBroadcast")) network["enableBroadcast"] = to_boolean(wanted["enableBroadcast"], false);
  if (wanted.contains("multicastLimit")) network["multicastLimit"] = to_integer(wanted["multicastLimit"], 32);
  if (wanted.contains("mtu")) {
    network["mtu"] = std::clamp(to_integer(wanted["mtu"], kDefaultMtu), kSmallestMtu, kLargestMtu);
  }
  if (wanted.contains("remoteTraceTarget")) {
    const std::string target = to_text(wanted["remoteTraceTarget"]);
    network["remoteTraceTarget"] = target.size() == 10 ? json(target) : json();
  }
  if (wanted.contains("remoteTraceLevel")) network["remoteTraceLevel"] = to_integer(wanted["remoteTraceLevel"], 0);
  if (wanted.contains("v4AssignMode")) network["v4AssignMode"] = v4_assign_mode(wanted["v4AssignMode"]);
  if (wanted.contains("v6AssignMode")) network["v6AssignMode"] = v6_assign_mode(wanted["v6AssignMode"]);
  if (wanted.contains("dns") && wanted["dns"].is_object()) network["dns"] = kept_dns(wanted["dns"]);
}

/// A container of the wrong kind leaves the field as it was.
void update_lists(json& network, const json& wanted) {
  const auto given = [&wanted](const char* name) { return wanted.contains(name) && wanted[name].is_array(); };
  if (given("routes")) network["routes"] = kept_routes(wanted["routes"]);
  if (given("ipAssignmentPools")) network["ipAssignmentPools"] = kept_pools(wanted["ipAssignmentPools"]);
  if (given("rules")) network["rules"] = normalised_rules(wanted["rules"]);
  if (given("tags")) network["tags"] = definitions_by_id(wanted["tags"], tag_definition);
  if (given("capabilities")) {
    network["capabilities"] = definitions_by_id(wanted["capabilities"], capability_definition);
  }
}

}  // namespace

json new_network(std::uint64_t now_ms) {
  json network = json::parse(R"({
    "authTokens": [null], "authorizationEndpoint": "", "capabilities": [], "clientId": "", "dns": [],
    "enableBroadcast": true, "ipAssignmentPools": [], "multicastLimit": 32, "name": "", "objtype": "network",
    "private": true, "remoteTraceLevel": 0, "remoteTraceTarget": null, "routes": [], "rulesSource": "",
    "rules": [{"not": false, "or": false, "type": "ACTION_ACCEPT"}], "ssoEnabled": false, "tags": [],
    "v4AssignMode": {"zt": false}, "v6AssignMode": {"6plane": false, "rfc4193": false, "zt": false}})");
  network["creationTime"] = now_ms;
  network["mtu"] = kDefaultMtu;
  return network;
}

void update_network(json& network, const json& wanted) {
  if (!wanted.is_object()) return;
  update_scalars(network, wanted);
  update_lists(network, wanted);
}

}  // namespace ztix::lab::controller
