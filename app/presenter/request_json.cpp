#include "app/presenter/request_json.h"

#include <nlohmann/json.hpp>

namespace ztix::app {
namespace {

template <class T>
Json text_of(const std::optional<T>& value) {
  return value ? Json(value->text()) : Json(nullptr);
}

Json route_server_json(const service::RequestRouteServer& rs) {
  return {{"name", rs.name},
          {"state", domain::to_string(rs.state)},
          {"wanted_revision", rs.wanted_revision},
          {"confirmed_revision", rs.confirmed_revision},
          {"last_step", text_or_null(rs.last_step)},
          {"last_error", text_or_null(rs.last_error)},
          {"updated_at", to_rfc3339(rs.updated_at)}};
}

Json message_json(const service::RequestMessage& message) {
  return {{"at", to_rfc3339(message.at)}, {"author", message.author}, {"kind", message.kind}, {"text", message.text}};
}

Json audit_json(const service::AuditEntry& entry) {
  Json facts = Json::object();
  for (const auto& [name, value] : entry.facts) facts[name] = value;
  return {{"at", to_rfc3339(entry.at)},
          {"actor", entry.actor.name},
          {"action", entry.action},
          {"facts", std::move(facts)},
          {"trace_id", text_or_null(entry.actor.trace_id)}};
}

/// `192.0.2.7/24`: the address with the length of its LAN.
Json with_mask(const std::optional<IpAddress>& address, const std::optional<Prefix>& lan) {
  if (!address || !lan) return nullptr;
  return address->text() + "/" + std::to_string(lan->length());
}

}  // namespace

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json request_json(const service::Request& request) {
  Json json;
  json["id"] = request.id.text();
  json["asn"] = request.asn.number();
  json["zt_network_id"] = request.zt_network_id.text();
  json["node_id"] = text_of(request.node_id);
  json["status"] = domain::to_string(request.state);
  json["router_sequence"] = request.router_sequence ? Json(*request.router_sequence) : Json(nullptr);
  json["addresses"] = {{"ipv4", text_of(request.address_v4)}, {"ipv6", text_of(request.address_v6)}};
  json["route_servers"] = Json::array();
  for (const auto& rs : request.route_servers) json["route_servers"].push_back(route_server_json(rs));
  json["ipv4"] = request.ipv4;
  json["note"] = request.note;
  json["requested_by"] = request.requested_by_name;
  json["waiting_for"] = text_or_null(request.waiting_for);
  json["waiting_remedy"] = text_or_null(request.waiting_remedy);
  json["reason"] = text_or_null(request.reason);
  json["held"] = request.held;
  json["suspended"] = request.suspended;
  json["suspended_reason"] = text_or_null(request.suspended_reason);
  json["leaving"] = request.leaving;
  json["owed"] = request.owed;
  json["tripped_limits"] = request.tripped_limits;
  json["messages"] = Json::array();
  for (const auto& message : request.messages) json["messages"].push_back(message_json(message));
  json["created_at"] = to_rfc3339(request.created_at);
  json["updated_at"] = to_rfc3339(request.updated_at);
  return json;
}

Json dossier_json(const service::RequestDossier& dossier) {
  auto json = request_json(dossier.request);
  json["audit"] = Json::array();
  for (const auto& entry : dossier.trail) json["audit"].push_back(audit_json(entry));
  return json;
}

Json settings_json(const service::MemberSettings& settings) {
  Json json;
  json["asn"] = settings.asn.number();
  json["zt_network_id"] = settings.zt_network_id.text();
  json["network_name"] = settings.network_name;
  json["join_command"] = settings.join_command;
  json["allow_global_command"] = settings.allow_global_command;
  json["addresses"] = {{"ipv4", with_mask(settings.ipv4, settings.lan_v4)},
                       {"ipv6", with_mask(settings.ipv6, settings.lan_v6)}};
  json["mtu"] = settings.mtu;
  json["route_servers"] = Json::array();
  for (const auto& rs : settings.route_servers) {
    json["route_servers"].push_back(
        {{"name", rs.name}, {"asn", rs.asn.number()}, {"ipv4", text_of(rs.ipv4)}, {"ipv6", rs.ipv6.text()}});
  }
  json["limits"] = {{"ipv4", settings.limit_v4}, {"ipv6", settings.limit_v6}};
  json["bird"] = settings.bird;
  json["bird_filters"] = settings.bird_filters;
  return json;
}

}  // namespace ztix::app
