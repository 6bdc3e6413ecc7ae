#include "core/fabric/controller_reply.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ztix::fabric {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestDescription = 200;

Error not_understood(std::string_view what) {
  return fail(ErrorCode::upstream, "The controller's reply is not " + std::string(what) + ".");
}

/// Never throws: text that is no JSON becomes the special "discarded" value, which is no object either.
json parsed(std::string_view text) { return json::parse(text.begin(), text.end(), nullptr, false); }

/// The field, or null.
const json& field(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }
bool is_true(const json& value) { return value.is_boolean() && value.get<bool>(); }
bool is_filled(const json& value) { return (value.is_array() || value.is_object()) && !value.empty(); }

std::uint64_t number_of(const json& value) { return value.is_number_unsigned() ? value.get<std::uint64_t>() : 0; }

std::vector<std::string> texts_of(const json& array) {
  std::vector<std::string> texts;
  if (!array.is_array()) return texts;
  // Something that is no text still counts: it must not make two different lists look equal.
  for (const json& entry : array) texts.push_back(entry.is_string() ? entry.get<std::string>() : "?");
  return texts;
}

/// Any mode that is not plainly false counts as on.
bool has_mode_on(const json& modes) {
  if (!modes.is_object()) return !modes.is_null();
  return std::any_of(modes.begin(), modes.end(),
                     [](const json& mode) { return !mode.is_boolean() || mode.get<bool>(); });
}

std::vector<std::string> routes_of(const json& routes) {
  std::vector<std::string> texts;
  if (!routes.is_array()) return texts;
  for (const json& route : routes) {
    const json& via = field(route, "via");
    texts.push_back(text_of(field(route, "target")) + (via.is_null() ? "" : " via " + text_of(via)));
  }
  return texts;
}

const json& body_of(const json& record, ReplyShape shape) {
  return shape == ReplyShape::central ? field(record, "config") : record;
}

std::string member_id(const json& record, ReplyShape shape) {
  return text_of(field(record, shape == ReplyShape::central ? "nodeId" : "id"));
}

Result<MemberFacts> member_facts(const json& record, ReplyShape shape) {
  const json& body = body_of(record, shape);
  MemberFacts facts;
  facts.id = member_id(record, shape);
  if (facts.id.empty() || !field(body, "authorized").is_boolean()) return not_understood("a member");
  facts.authorized = is_true(field(body, "authorized"));
  facts.no_auto_assign = is_true(field(body, "noAutoAssignIps"));
  facts.active_bridge = is_true(field(body, "activeBridge"));
  facts.has_tags = is_filled(field(body, "tags")) || is_filled(field(body, "capabilities"));
  facts.seen = !text_of(field(body, "identity")).empty();
  facts.addresses = texts_of(field(body, "ipAssignments"));
  return facts;
}

}  // namespace

Result<MemberFacts> parse_member(std::string_view text, ReplyShape shape) { return member_facts(parsed(text), shape); }

Result<NetworkFacts> parse_network(std::string_view text, ReplyShape shape) {
  const json record = parsed(text);
  const json& body = body_of(record, shape);
  NetworkFacts facts;
  facts.id = text_of(field(record, "id"));
  if (facts.id.empty() || !field(body, "private").is_boolean()) return not_understood("a network");
  facts.name = text_of(field(body, "name"));
  facts.is_private = is_true(field(body, "private"));
  facts.broadcast = !field(body, "enableBroadcast").is_boolean() || is_true(field(body, "enableBroadcast"));
  facts.mtu = number_of(field(body, "mtu"));
  facts.multicast_limit = number_of(field(body, "multicastLimit"));
  facts.assigns_addresses = has_mode_on(field(body, "v4AssignMode")) || has_mode_on(field(body, "v6AssignMode"));
  facts.has_pools = is_filled(field(body, "ipAssignmentPools"));
  facts.routes = routes_of(field(body, "routes"));
  return facts;
}

Result<std::vector<MemberFacts>> parse_members(std::string_view text, ReplyShape shape) {
  const json whole = parsed(text);
  const json& list = shape == ReplyShape::central ? whole : field(whole, "data");
  if (!list.is_array()) return not_understood("a list of members");
  std::vector<MemberFacts> members;
  for (const json& record : list) {
    ZTIX_ASSIGN(MemberFacts facts, member_facts(record, shape));
    members.push_back(std::move(facts));
  }
  return members;
}

Result<std::vector<std::string>> parse_member_ids(std::string_view text) {
  const json whole = parsed(text);
  if (!whole.is_object() && !whole.is_array()) return not_understood("a list of members");
  std::vector<std::string> ids;
  const auto add_keys = [&ids](const json& object) {
    for (const auto& [id, revision] : object.items()) ids.push_back(id);
  };
  if (whole.is_object()) add_keys(whole);
  if (whole.is_array()) {
    for (const json& entry : whole) {
      if (!entry.is_object()) return not_understood("a list of members");
      add_keys(entry);
    }
  }
  return ids;
}

Result<std::string> parse_status_address(std::string_view text) {
  std::string address = text_of(field(parsed(text), "address"));
  if (!domain::NodeId::parse(address)) return not_understood("the status of a ZeroTier node");
  return address;
}

Result<bool> parse_database_ready(std::string_view text) {
  const json whole = parsed(text);
  if (!is_true(field(whole, "controller"))) return not_understood("the status of a ZeroTier controller");
  return is_true(field(whole, "databaseReady"));
}

std::string failure_description(std::string_view text) {
  constexpr std::string_view kMark = R"("description": ")";
  if (const auto at = text.find(kMark); at != std::string_view::npos) text.remove_prefix(at + kMark.size());
  std::string line;
  for (const char letter : text.substr(0, kLongestDescription)) line += letter >= ' ' && letter <= '~' ? letter : '?';
  return line;
}

}  // namespace ztix::fabric
