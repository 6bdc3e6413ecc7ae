#include "app/presenter/account_json.h"

#include <nlohmann/json.hpp>

namespace ztix::app {

std::string home_of(const service::User& user) {
  const bool decides = user.has_role(domain::Role::admin) || user.has_role(domain::Role::auditor);
  return decides ? "/admin/requests" : "/dashboard";
}

Json login_json(const service::Login& login) {
  const auto& user = login.user;
  Json json;
  json["id"] = user.id.text();
  json["username"] = user.username;
  json["roles"] = Json::array();
  for (const auto role : user.roles) json["roles"].push_back(domain::to_string(role));
  json["asns"] = Json::array();
  for (const auto& link : user.asns) json["asns"].push_back(link.asn.number());
  json["csrf_token"] = login.csrf_token;
  json["home"] = home_of(user);
  return json;
}

Json asn_json(const service::UserAsn& link) { return {{"asn", link.asn.number()}, {"source", link.source}}; }

Json network_json(const service::Network& network) {
  return {{"zt_network_id", network.zt_network_id.text()},
          {"name", network.name},
          {"location", network.location},
          {"admission", domain::to_string(network.admission)},
          {"lan_v4", network.lan_v4 ? Json(network.lan_v4->text()) : Json(nullptr)},
          {"lan_v6", network.lan_v6.text()},
          {"has_ipv4_pool", network.ipv4_pool.has_value()},
          {"mtu", network.mtu}};
}

}  // namespace ztix::app
