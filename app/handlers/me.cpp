#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/http/envelope.h"
#include "app/presenter/account_json.h"

namespace ztix::app {

Result<HttpResponse> me_get(Call& call) { return data_response(login_json(*call.login)); }

Result<HttpResponse> asns_get(Call& call) {
  Json items = Json::array();
  for (const auto& link : call.user().asns) items.push_back(asn_json(link));
  return list_response(items, {});
}

Result<HttpResponse> onboarding_context_get(Call& call) {
  ZTIX_ASSIGN(const auto installation, call.services.accounts.installation());
  ZTIX_ASSIGN(const auto networks, call.services.accounts.joinable_networks(call.user()));
  Json data;
  data["exchange_name"] = installation.name;
  data["approval_mode"] = call.services.approval_mode;
  data["asns"] = Json::array();
  for (const auto& link : call.user().asns) data["asns"].push_back(asn_json(link));
  data["networks"] = Json::array();
  for (const auto& network : networks) data["networks"].push_back(network_json(network));
  return data_response(data);
}

}  // namespace ztix::app
