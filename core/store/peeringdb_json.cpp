#include "core/store/peeringdb_json.h"

#include <nlohmann/json.hpp>

namespace ztix::store {
namespace {

using nlohmann::json;
using service::PeeringDbContact;
using service::PeeringDbEntry;

json to_json(const std::optional<std::uint32_t>& count) { return count ? json(*count) : json(nullptr); }

std::optional<std::uint32_t> count_from(const json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<std::uint32_t>());
}

json to_json(const domain::AsSets& as_sets) {
  auto sets = json::array();
  for (const auto& set : as_sets.sets) sets.push_back(set.text());
  return {{"sets", sets}, {"unreadable", as_sets.unreadable}};
}

domain::AsSets as_sets_from(const json& value) {
  domain::AsSets as_sets;
  for (const auto& text : value.at("sets")) {
    const auto set = domain::AsSet::parse(text.get<std::string>());
    if (!set) throw json::other_error::create(501, "not an AS-SET", nullptr);
    as_sets.sets.push_back(*set);
  }
  as_sets.unreadable = value.at("unreadable").get<std::vector<std::string>>();
  return as_sets;
}

json to_json(const std::vector<PeeringDbContact>& contacts) {
  auto list = json::array();
  for (const auto& contact : contacts) {
    list.push_back(
        {{"role", contact.role}, {"name", contact.name}, {"email", contact.email}, {"phone", contact.phone}});
  }
  return list;
}

std::vector<PeeringDbContact> contacts_from(const json& list) {
  std::vector<PeeringDbContact> contacts;
  for (const auto& value : list) {
    contacts.push_back({value.at("role").get<std::string>(), value.at("name").get<std::string>(),
                        value.at("email").get<std::string>(), value.at("phone").get<std::string>()});
  }
  return contacts;
}

PeeringDbEntry entry_from(domain::Asn asn, const json& value) {
  PeeringDbEntry entry(asn);
  entry.name = value.at("name").get<std::string>();
  entry.aka = value.at("aka").get<std::string>();
  entry.as_sets = as_sets_from(value.at("as_sets"));
  entry.prefixes_v4 = count_from(value.at("prefixes_v4"));
  entry.prefixes_v6 = count_from(value.at("prefixes_v6"));
  entry.ipv6 = value.at("ipv6").get<bool>();
  entry.never_via_route_servers = value.at("never_via_route_servers").get<bool>();
  entry.policy = value.at("policy").get<std::string>();
  entry.policy_url = value.at("policy_url").get<std::string>();
  entry.website = value.at("website").get<std::string>();
  entry.exchanges = value.at("exchanges").get<int>();
  entry.route_server_exchanges = value.at("route_server_exchanges").get<int>();
  entry.contacts = contacts_from(value.at("contacts"));
  return entry;
}

}  // namespace

std::string encode(const PeeringDbEntry& entry) {
  const json value{{"name", entry.name},
                   {"aka", entry.aka},
                   {"as_sets", to_json(entry.as_sets)},
                   {"prefixes_v4", to_json(entry.prefixes_v4)},
                   {"prefixes_v6", to_json(entry.prefixes_v6)},
                   {"ipv6", entry.ipv6},
                   {"never_via_route_servers", entry.never_via_route_servers},
                   {"policy", entry.policy},
                   {"policy_url", entry.policy_url},
                   {"website", entry.website},
                   {"exchanges", entry.exchanges},
                   {"route_server_exchanges", entry.route_server_exchanges},
                   {"contacts", to_json(entry.contacts)}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<PeeringDbEntry> decode_entry(domain::Asn asn, const std::string& text) {
  try {
    return entry_from(asn, json::parse(text));
  } catch (const json::exception& error) {
    return fail(ErrorCode::internal, "A stored entry of PeeringDB cannot be read.").with_detail(error.what());
  }
}

}  // namespace ztix::store
