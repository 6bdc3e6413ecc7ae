#include "app/presenter/peeringdb_json.h"

#include <nlohmann/json.hpp>

#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

Json count_of(const std::optional<std::uint32_t>& count) { return count ? Json(*count) : Json(nullptr); }
Json time_of(const std::optional<Timestamp>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

Json entry_json(const service::PeeringDbEntry& entry) {
  Json as_sets = Json::array();
  for (const auto& set : entry.as_sets.sets) as_sets.push_back(set.text());
  return {{"name", entry.name},
          {"aka", text_or_null(entry.aka)},
          {"as_sets", std::move(as_sets)},
          {"unreadable_as_sets", entry.as_sets.unreadable},
          {"prefixes", {{"ipv4", count_of(entry.prefixes_v4)}, {"ipv6", count_of(entry.prefixes_v6)}}},
          {"ipv6", entry.ipv6},
          {"never_via_route_servers", entry.never_via_route_servers},
          {"policy", text_or_null(entry.policy)},
          {"policy_url", text_or_null(entry.policy_url)},
          {"website", text_or_null(entry.website)},
          {"exchanges", entry.exchanges},
          {"route_server_exchanges", entry.route_server_exchanges}};
}

}  // namespace

Json peeringdb_json(const service::PeeringDbView& view) {
  return {{"status", to_string(view.knowledge())},
          {"entry", view.entry ? entry_json(*view.entry) : Json(nullptr)},
          {"missing", view.entry ? Json(service::missing_parts(*view.entry)) : Json::array()},
          {"seen_at", time_of(view.seen_at)},
          {"age_seconds", view.entry ? Json(view.age.count()) : Json(nullptr)},
          {"asked_at", time_of(view.asked_at)},
          {"gone_since", time_of(view.gone_since)},
          {"problem", text_or_null(view.problem)},
          {"outage", text_or_null(view.outage)}};
}

Json peeringdb_json_with_contacts(const service::PeeringDbView& view) {
  auto json = peeringdb_json(view);
  if (!view.entry) return json;
  json["entry"]["contacts"] = Json::array();
  for (const auto& contact : view.entry->contacts) {
    json["entry"]["contacts"].push_back({{"role", contact.role},
                                         {"name", text_or_null(contact.name)},
                                         {"email", text_or_null(contact.email)},
                                         {"phone", text_or_null(contact.phone)}});
  }
  return json;
}

}  // namespace ztix::app
