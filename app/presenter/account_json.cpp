#include "app/presenter/account_json.h"

#include <nlohmann/json.hpp>

#include "app/middleware/step_up.h"

namespace ztix::app {

std::string home_of(const service::Login& login) {
  const auto& user = login.user;
  if (!check_second_factor(login, user.has_role(domain::Role::admin) ? Access::admin : Access::user)) {
    return std::string(second_step_of(login));
  }
  const bool decides = user.has_role(domain::Role::admin) || user.has_role(domain::Role::auditor);
  return decides ? "/admin/requests" : "/dashboard";
}

Json login_json(const service::Login& login) {
  const auto& user = login.user;
  Json json;
  json["csrf_token"] = login.csrf_token;
  json["home"] = home_of(login);
  json["second_factor_required"] = login.is_half();
  // Half of a login is told nothing but where to go on.
  if (login.is_half()) return json;
  json["id"] = user.id.text();
  json["username"] = user.username;
  json["roles"] = Json::array();
  for (const auto role : user.roles) json["roles"].push_back(domain::to_string(role));
  json["asns"] = Json::array();
  for (const auto& link : user.asns) json["asns"].push_back(link.asn.number());
  json["has_second_factor"] = user.has_second_factor;
  json["has_passkey"] = user.has_passkey;
  json["second_factor_at"] = login.second_factor_at ? Json(to_rfc3339(*login.second_factor_at)) : Json(nullptr);
  return json;
}

Json factor_json(const service::Factor& factor) {
  return {{"id", factor.id.text()},
          {"kind", to_string(factor.kind)},
          {"label", factor.label},
          {"created_at", to_rfc3339(factor.created_at)},
          {"last_used_at", factor.last_used_at ? Json(to_rfc3339(*factor.last_used_at)) : Json(nullptr)}};
}

Json session_json(const service::ListedSession& listed, const Uuid& own) {
  const auto& session = listed.session;
  Json factors = Json::array();
  for (const auto factor : session.proof.factors) factors.push_back(to_string(factor));
  return {{"id", session.id.text()},
          {"is_this", session.id == own},
          {"source", to_string(session.proof.source)},
          {"factors", std::move(factors)},
          {"remote_address", session.remote_address},
          {"created_at", to_rfc3339(session.created_at)},
          {"used_at", to_rfc3339(listed.used_at)}};
}

Json codes_json(const std::vector<SecretString>& codes) {
  Json list = Json::array();
  for (const auto& code : codes) list.push_back(code.expose());
  return list;
}

Json asn_json(const service::UserAsn& link) {
  return {{"asn", link.asn.number()}, {"source", link.source}, {"rights", to_string(link.rights)}};
}

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
