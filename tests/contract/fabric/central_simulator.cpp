#include "tests/contract/fabric/central_simulator.h"

#include "core/base/text.h"

namespace ztix::test {

using lab::controller::Call;
using lab::controller::Reply;
using nlohmann::json;

namespace {

Reply ok(const json& body) { return {200, body.dump(), "application/json"}; }
Reply failed(int status) { return {status, {}, {}}; }

json new_network(const std::string& id) {
  return {{"id", id},
          {"ownerId", "00000000-0000-0000-0000-000000000000"},
          {"config",
           {{"name", "made on the web page"},
            {"private", true},
            {"enableBroadcast", true},
            {"mtu", 2800},
            {"multicastLimit", 32},
            {"v4AssignMode", {{"zt", true}}},
            {"v6AssignMode", {{"6plane", false}, {"rfc4193", false}, {"zt", false}}},
            {"ipAssignmentPools", json::array({{{"ipRangeStart", "10.0.0.1"}, {"ipRangeEnd", "10.0.0.9"}}})},
            {"routes", json::array({{{"target", "10.0.0.0/24"}}})}}}};
}

json new_member(const std::string& network, const std::string& node) {
  return {{"id", network + "-" + node},
          {"networkId", network},
          {"nodeId", node},
          {"config",
           {{"authorized", false},
            {"ipAssignments", json::array()},
            {"noAutoAssignIps", false},
            {"activeBridge", false},
            {"capabilities", json::array()},
            {"tags", json::array()},
            {"identity", nullptr}}}};
}

}  // namespace

CentralSimulator::CentralSimulator(std::string token)
    : token_(std::move(token)),
      server_(std::make_unique<lab::controller::HttpServer>("127.0.0.1", static_cast<std::uint16_t>(0),
                                                            [this](const Call& call) { return answer(call); })) {}

void CentralSimulator::add_network(const std::string& id) {
  const std::lock_guard hold(mutex_);
  networks_[id] = new_network(id);
}

Reply CentralSimulator::answer(const Call& call) {
  const std::lock_guard hold(mutex_);
  if (call.authorization != "token " + token_) return failed(401);
  const auto parts = split(call.path, '/');
  if (parts.size() < 4 || parts[1] != "api" || parts[2] != "v1" || parts[3] != "network") return failed(404);
  if (parts.size() == 4) {
    json list = json::array();
    for (const auto& [id, network] : networks_) list.push_back(network);
    return ok(list);
  }
  const std::string id(parts[4]);
  const auto network = networks_.find(id);
  if (network == networks_.end()) return failed(404);
  if (parts.size() == 5) return answer_network(call, network->second);
  if (parts[5] != "member" || parts.size() > 7) return failed(404);
  if (parts.size() == 7) return answer_member(call, id, std::string(parts[6]));
  json list = json::array();
  for (const auto& [node, member] : members_[id]) list.push_back(member);
  return ok(list);
}

Reply CentralSimulator::answer_network(const Call& call, json& network) {
  return call.method == "POST" ? stored(network, call.body) : ok(network);
}

Reply CentralSimulator::answer_member(const Call& call, const std::string& network, const std::string& node) {
  auto& members = members_[network];
  const auto found = members.find(node);
  if (call.method != "POST") return found == members.end() ? failed(404) : ok(found->second);
  json record = found == members.end() ? new_member(network, node) : found->second;
  Reply reply = stored(record, call.body);
  if (reply.status == 200 && record.contains("config") && reply.body == record.dump()) members[node] = record;
  return reply;
}

/// Merges below `config`; what stands elsewhere is ignored, as a client that forgets `config` finds out.
Reply CentralSimulator::stored(json& record, const std::string& body) {
  const json wanted = json::parse(body, nullptr, false);
  if (!wanted.is_object()) return failed(400);
  json changed = record;
  if (wanted.contains("config")) changed["config"].update(wanted["config"]);
  if (lost_writes > 0) {
    --lost_writes;
  } else {
    record = changed;
  }
  return ok(changed);
}

}  // namespace ztix::test
