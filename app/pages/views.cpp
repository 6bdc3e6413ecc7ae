#include "app/pages/views.h"

#include <map>

#include "app/pages/shapes.h"
#include "app/pages/words.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

using domain::RequestState;
using render::View;
using service::Request;

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? value->text() : std::string();
}

bool is_moving(const Request& request) {
  return request.state == RequestState::approved || request.state == RequestState::provisioning ||
         request.state == RequestState::revoking;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void add_route_servers(View& view, const Request& request) {
  view.set("has_route_servers", !request.route_servers.empty());
  for (const auto& rs : request.route_servers) {
    view.append("route_servers")
        .set("rs_name", rs.name)
        .set("rs_state", domain::to_string(rs.state))
        .set("rs_state_words", words_of(rs.state))
        .set("rs_step", rs.last_step)
        .set("rs_error", rs.last_error)
        .set("rs_wanted", rs.wanted_revision)
        .set("rs_confirmed", rs.confirmed_revision);
  }
}

}  // namespace

std::string_view action_group(RequestState state) noexcept {
  // While it moves nothing but the progress itself changes, so the page need not flicker.
  if (state == RequestState::approved || state == RequestState::provisioning) return "moving";
  return domain::to_string(state);
}

void add_request_rows(View& view, Call& call, const std::vector<Request>& requests, const std::string& base) {
  std::map<domain::ZtNetworkId, std::string> names;
  for (const auto& request : requests) {
    const auto& id = request.zt_network_id;
    if (!names.contains(id)) names.emplace(id, network_name(call, id));
    view.append("requests")
        .set("row_url", base + request.id.text())
        .set("row_asn", request.asn.number())
        .set("row_network", names.at(id))
        .set("row_status", domain::to_string(request.state))
        .set("row_status_words", words_of(request.state))
        .set("row_node", text_of(request.node_id))
        .set("row_requester", request.requested_by_name)
        .set("row_created", readable_time(request.created_at));
  }
}

void fill_progress(View& view, const Request& request, const std::string& base, bool is_owner) {
  const auto url = base + request.id.text();
  const bool waits_for_others = request.state == RequestState::pending || request.state == RequestState::failed ||
                                request.state == RequestState::needs_info;
  view.set("request_status", domain::to_string(request.state))
      .set("status_words", words_of(request.state))
      .set("status_meaning", meaning_of(request.state))
      .set("waiting_for", request.waiting_for)
      .set("waiting_remedy", request.waiting_remedy)
      .set("reason", request.reason)
      .set("is_held", request.held)
      .set("is_moving", is_moving(request))
      .set("is_waiting", waits_for_others)
      .set("progress_url", url + "/progress?shown=" + std::string(action_group(request.state)))
      .set("address_v4", text_of(request.address_v4))
      .set("address_v6", text_of(request.address_v6))
      .set("is_suspended", request.suspended)
      .set("suspended_reason", request.suspended_reason)
      .set("is_leaving", request.leaving)
      .set("owed", joined(request.owed))
      .set("tripped_limits", joined(request.tripped_limits));
  if (is_owner && request.address_v6) view.object("settings_link").set("settings_url", url + "/settings");
  add_route_servers(view, request);
}

void fill_request(View& view, const Request& request, const std::string& name, const std::string& base, bool is_owner) {
  fill_progress(view, request, base, is_owner);
  view.set("request_id", request.id.text())
      .set("request_asn", request.asn.number())
      .set("request_network", request.zt_network_id.text())
      .set("request_network_name", name)
      .set("request_node", text_of(request.node_id))
      .set("request_note", request.note)
      .set("request_created", readable_time(request.created_at))
      .set("request_ipv4", request.ipv4 ? "yes" : "no");
  for (const auto& message : request.messages) {
    view.append("messages")
        .set("message_at", readable_time(message.at))
        .set("message_author", message.author)
        .set("message_kind", message.kind)
        .set("message_text", message.text);
  }
}

bool has_membership(const Request& request) {
  return request.state == RequestState::approved || request.state == RequestState::provisioning ||
         request.state == RequestState::active || request.state == RequestState::failed;
}

std::string network_name(Call& call, const domain::ZtNetworkId& id) {
  const auto network = call.services.networks.network(id);
  return network && !network->name.empty() ? network->name : id.text();
}

void add_session_rows(View& view, Call& call, const Request& request) {
  view.set("has_sessions", false);
  if (!request.membership_id) return;
  const auto sessions = call.services.watch.sessions_of(*request.membership_id);
  if (!sessions) return;
  view.set("has_sessions", !sessions->empty());
  for (const auto& session : *sessions) {
    view.append("sessions")
        .set("session_rs", session.route_server)
        .set("session_family", session.family == AddressFamily::ipv4 ? "IPv4" : "IPv6")
        .set("session_health", domain::to_string(session.health))
        .set("session_health_words", words_of(session.health))
        .set("session_since", readable_time(session.since))
        .set("session_info", session.info);
  }
}

HttpResponse progress_response(Call& call, const Request& request, const std::string& base, bool is_owner) {
  View view(shape_of(PageId::progress));
  fill_progress(view, request, base, is_owner);
  add_session_rows(view, call, request);
  auto response = call.services.pages.fragment(view);
  const auto shown = call.query.find("shown");
  if (shown != call.query.end() && shown->second != action_group(request.state)) {
    response.headers.set("HX-Refresh", "true");
  }
  return response;
}

void set_next_page(View& view, const Call& call, const std::string& cursor) {
  if (cursor.empty()) return;
  std::string url = call.http.path + "?cursor=" + percent_encoded(cursor);
  for (const auto& [name, value] : call.query) {
    if (name != "cursor" && !value.empty()) url += "&" + percent_encoded(name) + "=" + percent_encoded(value);
  }
  view.object("next_page").set("next_url", url);
}

}  // namespace ztix::app
