#include <map>
#include <set>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/pages/views.h"

namespace ztix::app {
namespace {

using domain::RequestState;

constexpr const char* kBase = "/requests/";

Result<service::Request> shown_request(Call& call) {
  ZTIX_ASSIGN(const auto id, call.id());
  return call.services.requests.show_own(call.user(), id);
}

/// The AS numbers of a user, each once, by whether a request can be made for it.
struct AsnChoices {
  std::set<domain::Asn> usable;
  std::map<domain::Asn, service::AsnRights> unusable;
};

AsnChoices choices_of(const service::User& user) {
  AsnChoices choices;
  for (const auto& link : user.asns) {
    const auto rights = user.rights_on(link.asn).value();
    if (rights == service::AsnRights::full) {
      choices.usable.insert(link.asn);
    } else {
      choices.unusable.emplace(link.asn, rights);
    }
  }
  return choices;
}

bool may_withdraw(RequestState state) { return domain::next_state(state, domain::RequestEvent::withdraw).has_value(); }

/// As the store allows it: before provisioning, and on `active`.
bool may_set_node(RequestState state) {
  return state == RequestState::pending || state == RequestState::needs_info || state == RequestState::approved ||
         state == RequestState::active;
}

}  // namespace

Result<HttpResponse> dashboard_page(Call& call) {
  ZTIX_ASSIGN(const auto page, page_of(call));
  ZTIX_ASSIGN(const auto found, call.services.requests.list_own(call.user(), {}, page));
  ZTIX_ASSIGN(const auto networks, call.services.accounts.joinable_networks(call.user()));
  const auto asns = choices_of(call.user());
  auto view = call.services.pages.view_of(PageId::dashboard, "Your requests", &*call.login);
  view.set("may_ask", !asns.usable.empty() && !networks.empty())
      .set("has_asns", !call.user().asns.empty())
      .set("has_usable_asns", !asns.usable.empty());
  set_next_page(view, call, found.next);
  for (const auto asn : asns.usable) view.append("choice_asns").set("choice_asn", asn.number());
  for (const auto& [asn, rights] : asns.unusable) {
    view.append("unusable_asns")
        .set("unusable_asn", asn.number())
        .set("is_read_only", rights == service::AsnRights::read_only);
  }
  for (const auto& network : networks) {
    const auto place = network.location.empty() ? network.name : network.name + ", " + network.location;
    view.append("choice_networks")
        .set("choice_network", network.zt_network_id.text())
        .set("choice_network_name", place);
  }
  add_request_rows(view, call, found.items, kBase);
  return call.services.pages.page(PageId::dashboard, view);
}

Result<HttpResponse> request_page(Call& call) {
  ZTIX_ASSIGN(const auto request, shown_request(call));
  auto view = call.services.pages.view_of(PageId::request, "Request of AS" + request.asn.text(), &*call.login);
  fill_request(view, request, network_name(call, request.zt_network_id), kBase, true);
  add_session_rows(view, call, request);
  const bool answers = request.state == RequestState::needs_info;
  const bool leaves = has_membership(request);
  const bool clears = leaves && !request.tripped_limits.empty();
  view.set("may_withdraw", may_withdraw(request.state))
      .set("may_answer", answers)
      .set("may_set_node", may_set_node(request.state))
      .set("may_leave", leaves)
      .set("may_clear_limit", clears)
      .set("has_actions", may_withdraw(request.state) || answers || may_set_node(request.state) || leaves);
  return call.services.pages.page(PageId::request, view);
}

Result<HttpResponse> request_progress_fragment(Call& call) {
  ZTIX_ASSIGN(const auto request, shown_request(call));
  return progress_response(call, request, kBase, true);
}

Result<HttpResponse> request_settings_page(Call& call) {
  ZTIX_ASSIGN(const auto request, shown_request(call));
  ZTIX_ASSIGN(const auto settings, call.services.sheets.sheet(request));
  const auto masked = [](const std::optional<IpAddress>& address, const std::optional<Prefix>& lan) {
    return address && lan ? address->text() + "/" + std::to_string(lan->length()) : std::string();
  };
  auto view = call.services.pages.view_of(PageId::settings, "Settings for AS" + request.asn.text(), &*call.login);
  view.set("request_url", kBase + request.id.text())
      .set("json_url", "/api/v1/requests/" + request.id.text() + "/settings")
      .set("request_asn", request.asn.number())
      .set("request_network", settings.zt_network_id.text())
      .set("request_network_name", settings.network_name)
      .set("join_command", settings.join_command)
      .set("allow_global_command", settings.allow_global_command)
      .set("address_v4", masked(settings.ipv4, settings.lan_v4))
      .set("address_v6", masked(settings.ipv6, settings.lan_v6))
      .set("mtu", settings.mtu)
      .set("limit_v4", settings.limit_v4)
      .set("limit_v6", settings.limit_v6)
      .set("bird", settings.bird)
      .set("bird_filters", settings.bird_filters);
  for (const auto& rs : settings.route_servers) {
    view.append("route_servers")
        .set("rs_name", rs.name)
        .set("rs_asn", rs.asn.number())
        .set("rs_v4", settings.ipv4 && rs.ipv4 ? rs.ipv4->text() : std::string())
        .set("rs_v6", rs.ipv6.text());
  }
  return call.services.pages.page(PageId::settings, view);
}

}  // namespace ztix::app
