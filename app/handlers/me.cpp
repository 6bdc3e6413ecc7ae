#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/http/envelope.h"
#include "app/presenter/account_json.h"
#include "app/presenter/peeringdb_json.h"

namespace ztix::app {
namespace {

Result<Json> asns_with_peeringdb(Call& call) {
  std::vector<domain::Asn> asns;
  for (const auto& link : call.user().asns) asns.push_back(link.asn);
  ZTIX_ASSIGN(const auto views, call.services.peeringdb.views(asns));
  Json items = Json::array();
  for (std::size_t i = 0; i < views.size(); ++i) {
    auto item = asn_json(call.user().asns[i]);
    item["peeringdb"] = peeringdb_json(views[i]);
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

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
  ZTIX_ASSIGN(data["asns"], asns_with_peeringdb(call));
  data["networks"] = Json::array();
  for (const auto& network : networks) data["networks"].push_back(network_json(network));
  return data_response(data);
}

}  // namespace ztix::app
