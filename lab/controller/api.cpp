#include "lab/controller/api.h"

#include <algorithm>
#include <cctype>
#include <chrono>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "lab/controller/coerce.h"
#include "lab/controller/member_record.h"
#include "lab/controller/network_record.h"
#include "lab/controller/random_text.h"

namespace ztix::lab::controller {

using nlohmann::json;

namespace {

constexpr std::size_t kNetworkDigits = 16;
constexpr std::size_t kNodeDigits = 10;
constexpr std::string_view kUnderscores = "______";

std::uint64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

Reply not_found() { return {404, {}, {}}; }
Reply json_reply(std::string body) { return {200, std::move(body), "application/json"}; }
Reply json_reply(const json& body) { return json_reply(body.dump()); }

std::optional<std::uint64_t> hex_id(std::string_view text, std::size_t digits) {
  const auto is_hex = [](unsigned char letter) { return std::isxdigit(letter) != 0; };
  if (text.size() != digits || !std::all_of(text.begin(), text.end(), is_hex)) return std::nullopt;
  return std::stoull(std::string(text), nullptr, 16);
}

/// As a C string: whatever follows a NUL byte is not seen.
json parse_body(const std::string& body) { return json::parse(body.c_str()); }

/// The description is put in unescaped, so the reply is not always JSON (recorded).
Reply json_failure(const json::exception& error) {
  return {500, std::string(R"({"error": 500, "description": ")") + error.what() + "\"}", "application/json"};
}

bool is_read(const Call& call) { return call.method == "GET" || call.method == "HEAD"; }
bool is_write(const Call& call) { return call.method == "POST" || call.method == "PUT"; }

bool is_bearer(const std::string& header, const std::string& token) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() != kScheme.size() + token.size() || header.substr(kScheme.size()) != token) return false;
  return std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char expected, char given) {
    return expected == static_cast<char>(std::tolower(static_cast<unsigned char>(given)));
  });
}

Reply as_jsonp(Reply reply, const std::string& callback) {
  if (reply.content_type != "application/json" || reply.status == 500) return reply;
  return {reply.status, callback + "(" + reply.body + ");", "application/javascript"};
}

std::uint64_t authorized_count(const std::vector<json>& members) {
  return static_cast<std::uint64_t>(std::count_if(
      members.begin(), members.end(), [](const json& member) { return to_boolean(member.at("authorized"), false); }));
}

}  // namespace

Api::Api(const Home& home, StateStore& store, Faults& faults, bool online)
    : home_(home), store_(store), faults_(faults), online_(online) {}

void Api::set_listening(const std::string& address, std::uint16_t port) {
  const std::lock_guard hold(mutex_);
  address_ = address;
  port_ = port;
}

Reply Api::answer(const Call& call) {
  const std::lock_guard hold(mutex_);
  const auto jsonp = call.query.find("jsonp");
  const auto finish = [&](Reply reply) {
    return jsonp == call.query.end() ? reply : as_jsonp(std::move(reply), jsonp->second);
  };
  if (!is_authenticated(call)) return finish({401, "{}", "application/json"});
  try {
    return finish(route(call));
  } catch (const json::exception& error) {
    return json_failure(error);
  }
}

/// The first of header, parameter and bearer that is there decides; a wrong one is not healed by a later one.
bool Api::is_authenticated(const Call& call) const {
  if (call.path == "/health") return true;
  std::vector<std::string> good{home_.auth_token};
  if (call.path == "/metrics") good.push_back(home_.metrics_token);
  const auto matches = [&good](const auto& predicate) { return std::any_of(good.begin(), good.end(), predicate); };
  if (call.zt1_auth) return matches([&](const std::string& token) { return token == *call.zt1_auth; });
  if (const auto given = call.query.find("auth"); given != call.query.end()) {
    return matches([&](const std::string& token) { return token == given->second; });
  }
  return call.authorization && matches([&](const std::string& token) { return is_bearer(*call.authorization, token); });
}

Reply Api::route(const Call& call) {
  const auto parts = split(call.path, '/');
  if (parts.size() >= 2 && parts[1] == "controller") return route_controller(call, parts);
  if (!is_read(call)) return not_found();
  if (call.path == "/status") return json_reply(status_object());
  if (call.path == "/metrics") return {200, metrics_text(), "text/plain"};
  if (call.path == "/health") return json_reply(version_object());
  if (parts.size() >= 4 && parts[1] == "unstable" && parts[2] == "controller") return route_unstable(parts);
  return not_found();
}

/// Paths are exact: a trailing slash is an empty last part and fits nothing.
Reply Api::route_controller(const Call& call, const std::vector<std::string_view>& parts) {
  if (parts.size() == 2 && is_read(call)) {
    return json_reply("{\n\t\"controller\": true,\n\t\"apiVersion\": 4,\n\t\"clock\": " + std::to_string(now_ms()) +
                      ",\n\t\"databaseReady\": true\n}\n");
  }
  if (parts.size() < 3 || parts[2] != "network") return not_found();
  if (parts.size() == 3 && is_write(call)) return save_network(unused_network_id(), call.body);
  if (parts.size() == 3 && is_read(call)) {
    json ids = json::array();
    for (const NetworkId id : store_.network_ids()) ids.push_back(network_text(id));
    return json_reply(ids);
  }
  if (parts.size() == 4) return route_network(call, parts[3]);
  if (parts.size() < 5 || parts[4] != "member") return not_found();
  if (parts.size() == 6) return route_member(call, parts[3], parts[5]);
  const auto network = hex_id(parts[3], kNetworkDigits);
  if (parts.size() != 5 || !is_read(call) || !network || !store_.network(*network)) return not_found();
  json revisions = json::object();
  for (const json& member : store_.members(*network)) {
    revisions[member.at("id").get<std::string>()] = member.at("revision");
  }
  return json_reply(revisions);
}

Reply Api::route_network(const Call& call, std::string_view id_text) {
  if (is_write(call) && id_text.size() == kNetworkDigits && id_text.ends_with(kUnderscores) &&
      hex_id(id_text.substr(0, kNodeDigits), kNodeDigits)) {
    if (id_text.substr(0, kNodeDigits) != home_.address) return {400, {}, {}};
    return save_network(unused_network_id(), call.body);
  }
  const auto id = hex_id(id_text, kNetworkDigits);
  if (!id) return not_found();
  if (is_write(call)) return save_network(*id, call.body);
  const auto record = store_.network(*id);
  if (!record) return not_found();
  if (is_read(call)) return json_reply(*record);
  if (call.method != "DELETE") return not_found();
  if (!faults_.take_lost_write()) store_.erase_network(*id);
  return json_reply(*record);
}

Reply Api::route_member(const Call& call, std::string_view network_id, std::string_view node_id) {
  const auto network = hex_id(network_id, kNetworkDigits);
  const auto node = hex_id(node_id, kNodeDigits);
  if (!network || !node || !store_.network(*network)) return not_found();
  if (is_write(call)) return save_member(*network, network_id, node_id, call.body);
  const auto record = store_.member(*network, *node);
  if (!record) return not_found();
  if (is_read(call)) return json_reply(*record);
  if (call.method != "DELETE") return not_found();
  if (!faults_.take_lost_write()) store_.erase_member(*network, *node);
  return json_reply(*record);
}

Reply Api::route_unstable(const std::vector<std::string_view>& parts) {
  if (parts[3] != "network") return not_found();
  if (parts.size() == 4) {
    json data = json::array();
    for (const NetworkId id : store_.network_ids()) {
      json network = *store_.network(id);
      const auto members = store_.members(id);
      network["meta"] = {{"totalMemberCount", members.size()}, {"authorizedMemberCount", authorized_count(members)}};
      data.push_back(std::move(network));
    }
    return json_reply(json{{"data", data}, {"meta", {{"networkCount", data.size()}}}});
  }
  const auto network = parts.size() == 6 && parts[5] == "member" ? hex_id(parts[4], kNetworkDigits) : std::nullopt;
  if (!network || !store_.network(*network)) return not_found();
  const auto members = store_.members(*network);
  return json_reply(json{{"data", members},
                         {"meta", {{"totalCount", members.size()}, {"authorizedCount", authorized_count(members)}}}});
}

Reply Api::save_network(NetworkId id, const std::string& body) {
  const json wanted = parse_body(body);
  json record = store_.network(id).value_or(new_network(now_ms()));
  update_network(record, wanted);
  record["id"] = record["nwid"] = network_text(id);
  store_.save_network(id, record, faults_.take_lost_write());
  return json_reply(record);
}

/// The ids are copied as they were written in the path, upper case included; the lookup is by number.
Reply Api::save_member(NetworkId network, std::string_view network_id, std::string_view node_id,
                       const std::string& body) {
  const NodeId node = *hex_id(node_id, kNodeDigits);
  json record = store_.member(network, node).value_or(new_member(now_ms()));
  update_member(record, parse_body(body), now_ms());
  record["id"] = record["address"] = std::string(node_id);
  record["nwid"] = std::string(network_id);
  store_.save_member(network, node, record, faults_.take_lost_write());
  return json_reply(record);
}

bool Api::node_asks(NetworkId network, NodeId node) {
  const std::lock_guard hold(mutex_);
  const auto owner = store_.network(network);
  if (!owner) return false;
  json record = store_.member(network, node).value_or(new_member(now_ms()));
  record["id"] = record["address"] = node_text(node);
  record["nwid"] = network_text(network);
  json taken = json::array();
  for (const json& member : store_.members(network)) {
    for (const json& address : member.at("ipAssignments")) taken.push_back(address);
  }
  node_asked(record, *owner, taken);
  store_.save_member(network, node, record, false);
  return true;
}

NetworkId Api::unused_network_id() const {
  while (true) {
    const NetworkId id = std::stoull(home_.address + random_hex(6), nullptr, 16);
    if ((id & 0xffffff) != 0 && !store_.network(id)) return id;
  }
}

json Api::version_object() const {
  return {{"clock", now_ms()}, {"online", online_},  {"version", "1.14.1"}, {"versionBuild", 0},
          {"versionMajor", 1}, {"versionMinor", 14}, {"versionRev", 1}};
}

json Api::status_object() const {
  json settings = json::parse(home_.settings_json);
  settings.update({{"allowTcpFallbackRelay", false},
                   {"forceTcpRelay", false},
                   {"homeDir", home_.folder.string()},
                   {"listeningOn", json::array({address_ + "/" + std::to_string(port_)})},
                   {"primaryPort", port_},
                   {"secondaryPort", 0},
                   {"softwareUpdate", "disable"},
                   {"softwareUpdateChannel", "release"},
                   {"surfaceAddresses", json::array()},
                   {"tertiaryPort", 0}});
  for (const char* name : {"allowSecondaryPort", "portMappingEnabled"}) {
    if (!settings.contains(name)) settings[name] = true;
  }
  json status = version_object();
  status.update({{"address", home_.address},
                 {"config", {{"settings", settings}}},
                 {"planetWorldId", 149604618},
                 {"planetWorldTimestamp", 1644592324813},
                 {"publicIdentity", home_.public_identity},
                 {"tcpFallbackActive", false}});
  return status;
}

std::string Api::metrics_text() const {
  std::size_t members = 0;
  for (const NetworkId id : store_.network_ids()) members += store_.members(id).size();
  return "# HELP controller_network_count number of networks the controller is serving\n"
         "# TYPE controller_network_count gauge\n"
         "controller_network_count{} " +
         std::to_string(store_.network_ids().size()) +
         "\n"
         "# HELP controller_member_count number of members the controller is serving\n"
         "# TYPE controller_member_count gauge\n"
         "controller_member_count{} " +
         std::to_string(members) + "\n";
}

}  // namespace ztix::lab::controller
