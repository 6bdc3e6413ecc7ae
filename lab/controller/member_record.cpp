#include "lab/controller/member_record.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include <arpa/inet.h>
#include <nlohmann/json.hpp>

#include "lab/controller/address_text.h"
#include "lab/controller/coerce.h"
#include "lab/controller/random_text.h"

namespace ztix::lab::controller {

using nlohmann::json;

namespace {

constexpr std::uint64_t kTagMask = 0xffffffff;

void update_authorization(json& member, const json& wanted, std::uint64_t now_ms) {
  const bool authorized = to_boolean(wanted, false);
  if (authorized == to_boolean(member["authorized"], false)) return;
  member["authorized"] = authorized;
  member[authorized ? "lastAuthorizedTime" : "lastDeauthorizedTime"] = now_ms;
  if (!authorized) return;
  member["lastAuthorizedCredentialType"] = "api";
  member["lastAuthorizedCredential"] = nullptr;
}

json kept_addresses(const json& wanted) {
  json addresses = json::array();
  for (const json& entry : wanted) {
    if (const auto address = read_address(entry.get<std::string>())) addresses.push_back(address->address);
  }
  return addresses;
}

/// Pairs [id, value]; the last of one id wins, anything else is dropped.
json kept_tags(const json& wanted) {
  std::map<std::uint64_t, std::uint64_t> by_id;
  for (const json& pair : wanted) {
    if (pair.is_array() && pair.size() == 2) {
      by_id[to_integer(pair[0], 0) & kTagMask] = to_integer(pair[1], 0) & kTagMask;
    }
  }
  json tags = json::array();
  for (const auto& [id, value] : by_id) tags.push_back(json::array({id, value}));
  return tags;
}

json kept_capabilities(const json& wanted) {
  std::vector<std::uint64_t> ids;
  for (const json& id : wanted) ids.push_back(to_integer(id, 0));
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void update_scalars(json& member, const json& wanted) {
  for (const char* name : {"activeBridge", "noAutoAssignIps"}) {
    if (wanted.contains(name)) member[name] = to_boolean(wanted[name], false);
  }
  for (const char* name : {"authenticationExpiryTime", "remoteTraceLevel"}) {
    if (wanted.contains(name)) member[name] = to_integer(wanted[name], 0);
  }
  if (wanted.contains("name")) member["name"] = to_text(wanted["name"]);
  if (wanted.contains("remoteTraceTarget")) {
    const std::string target = to_text(wanted["remoteTraceTarget"]);
    member["remoteTraceTarget"] = target.size() == 10 ? json(target) : json();
  }
}

std::optional<std::uint32_t> ipv4_number(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

std::string ipv4_text(std::uint32_t number) {
  const in_addr address{htonl(number)};
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address, text.data(), text.size());
  return text.data();
}

/// The first free address of the pools. The last one of a pool is never given away (observed), nor one ending in 255.
std::optional<std::string> free_address(const json& network, const json& taken) {
  for (const json& pool : network["ipAssignmentPools"]) {
    const auto first = ipv4_number(pool["ipRangeStart"].get<std::string>());
    const auto last = ipv4_number(pool["ipRangeEnd"].get<std::string>());
    if (!first || !last) continue;
    for (std::uint32_t number = *first; number < *last; ++number) {
      const std::string text = ipv4_text(number);
      if ((number & 0xff) != 0xff && std::find(taken.begin(), taken.end(), text) == taken.end()) return text;
    }
  }
  return std::nullopt;
}

bool wants_automatic_address(const json& member, const json& network) {
  if (!to_boolean(network["v4AssignMode"]["zt"], false) || to_boolean(member["noAutoAssignIps"], false)) return false;
  const json& own = member["ipAssignments"];
  return std::none_of(own.begin(), own.end(),
                      [](const json& text) { return ipv4_number(text.get<std::string>()).has_value(); });
}

}  // namespace

json new_member(std::uint64_t now_ms) {
  json member = json::parse(R"({
    "activeBridge": false, "authenticationExpiryTime": 0, "authorized": false, "capabilities": [],
    "ipAssignments": [], "lastAuthorizedCredential": null, "lastAuthorizedCredentialType": null,
    "lastAuthorizedTime": 0, "lastDeauthorizedTime": 0, "noAutoAssignIps": false, "objtype": "member",
    "remoteTraceLevel": 0, "remoteTraceTarget": null, "revision": 0, "ssoExempt": false, "tags": [],
    "vMajor": -1, "vMinor": -1, "vProto": -1, "vRev": -1})");
  member["creationTime"] = now_ms;
  return member;
}

void update_member(json& member, const json& wanted, std::uint64_t now_ms) {
  if (!wanted.is_object()) return;
  update_scalars(member, wanted);
  if (wanted.contains("authorized")) update_authorization(member, wanted["authorized"], now_ms);
  const auto given = [&wanted](const char* name) { return wanted.contains(name) && wanted[name].is_array(); };
  if (given("ipAssignments")) member["ipAssignments"] = kept_addresses(wanted["ipAssignments"]);
  if (given("tags")) member["tags"] = kept_tags(wanted["tags"]);
  if (given("capabilities")) member["capabilities"] = kept_capabilities(wanted["capabilities"]);
}

void node_asked(json& member, const json& network, const json& taken) {
  if (!member.contains("identity")) {
    member["identity"] = member["id"].get<std::string>() + ":0:" + random_hex(128);
  }
  if (!to_boolean(member["authorized"], false)) return;
  member["vMajor"] = 1;
  member["vMinor"] = 14;
  member["vRev"] = 1;
  member["vProto"] = 12;
  if (!wants_automatic_address(member, network)) return;
  if (auto address = free_address(network, taken)) member["ipAssignments"].push_back(std::move(*address));
}

}  // namespace ztix::lab::controller
