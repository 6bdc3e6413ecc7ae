#include "lab/peeringdb/api.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>

#include "core/base/text.h"

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kObjects{"net", "netixlan", "poc"};
constexpr std::array<std::string_view, 3> kFilters{"id", "asn", "net_id"};
constexpr std::size_t kMostValues = 150;
constexpr std::string_view kKeyScheme = "Api-Key ";

Reply refusal(int status, const std::string& why) { return json_reply({{"message", why}}, status); }

Reply throttled(std::chrono::seconds wait) {
  const auto text = std::to_string(wait.count());
  auto reply = refusal(429, "Request was throttled. Expected available in " + text + " seconds.");
  reply.headers["Retry-After"] = text;
  return reply;
}

std::string key_of(const Call& call) {
  const auto header = call.header("authorization");
  return header.starts_with(kKeyScheme) ? header.substr(kKeyScheme.size()) : std::string();
}

/// In an order of its own, so that the same question asked otherwise is the same.
std::string text_of(const Call& call) {
  std::string text = call.path + "?";
  for (const auto& [name, value] : call.query) text += name + "=" + value + "&";
  return text;
}

/// nullopt when one is no number, or there are too many.
std::optional<std::set<std::int64_t>> values_of(const std::string& text) {
  std::set<std::int64_t> values;
  for (const auto word : split(text, ',')) {
    const auto number = parse_decimal<std::int64_t>(word);
    if (!number) return std::nullopt;
    values.insert(*number);
  }
  if (values.size() > kMostValues) return std::nullopt;
  return values;
}

/// Only the fields that were asked for; all when none were.
json shown(const json& record, const std::string& fields) {
  if (fields.empty()) return record;
  json part = json::object();
  for (const auto name : split(fields, ',')) {
    if (const auto found = record.find(std::string(name)); found != record.end()) part[std::string(name)] = *found;
  }
  return part;
}

bool is_visible(const json& record, bool has_key) {
  const auto whom = record.value("visible", "Public");
  return whom == "Public" || (whom == "Users" && has_key);
}

}  // namespace

void Api::add_routes(Router& router) {
  for (const auto name : kObjects) {
    const std::string object(name);
    router.add("GET", "/api/" + object, object, [this, object](const Call& call) { return list(object, call); });
  }
  router.add("GET", "/admin/queries", {},
             [this](const Call&) { return json_reply(queries_.with([](const json& all) { return all; })); });
}

/// `asn` of a port or contact is that of its network, as PeeringDB shows it.
std::vector<json> Api::records(const std::string& object, bool has_key) const {
  const auto document = directory_.document();
  std::vector<json> all;
  for (auto record : document.value(object, json::array())) {
    if (record.value("status", "ok") != "ok") continue;
    if (object == "poc" && !is_visible(record, has_key)) continue;
    if (object == "netixlan" && !record.contains("asn")) {
      for (const auto& net : document.at("net")) {
        if (net.at("id") == record.at("net_id")) record["asn"] = net.at("asn");
      }
    }
    all.push_back(std::move(record));
  }
  return all;
}

Reply Api::list(const std::string& object, const Call& call) {
  const auto key = key_of(call);
  queries_.with([&](json& all) {
    all.push_back({{"path", call.path},
                   {"query", call.query},
                   {"user_agent", call.header("user-agent")},
                   {"has_key", !key.empty()}});
  });
  const auto keys = directory_.document().value("api_keys", json::array());
  if (!call.header("authorization").empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) {
    return refusal(401, "Invalid API key");
  }
  const auto query = text_of(call);
  if (const auto wait = limits_.refuse(key, query, std::chrono::steady_clock::now())) return throttled(*wait);
  auto found = records(object, !key.empty());
  for (const auto field : kFilters) {
    for (const char* suffix : {"", "__in"}) {
      const auto text = call.parameter(std::string(field) + suffix);
      if (text.empty()) continue;
      const auto values = values_of(text);
      if (!values) return refusal(400, "Bad filter " + std::string(field) + suffix);
      std::erase_if(found, [&](const json& record) {
        const auto value = record.find(std::string(field));
        return value == record.end() || !value->is_number_integer() || !values->contains(value->get<std::int64_t>());
      });
    }
  }
  json data = json::array();
  for (const auto& record : found) data.push_back(shown(record, call.parameter("fields")));
  auto reply = json_reply({{"data", std::move(data)}, {"meta", json::object()}});
  limits_.answered(query, reply.body.size());
  return reply;
}

}  // namespace ztix::lab::peeringdb
