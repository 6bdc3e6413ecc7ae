#include "core/service/member_settings.h"

#include <algorithm>
#include <utility>

#include "core/domain/prefix_limit.h"
#include "core/render/templates.h"
#include "core/render/view.h"

namespace ztix::service {
namespace {

using render::Shape;
using render::View;

const Shape& sessions_shape() {
  static const Shape shape = [] {
    Shape session;
    session.text("protocol")
        .text("rs_name")
        .text("channel")
        .text("local")
        .text("rs_address")
        .text("rs_asn")
        .text("limit");
    Shape root;
    root.text("member_asn").text("network").text("mtu").list("sessions", std::move(session));
    return root;
  }();
  return shape;
}

const Shape& filters_shape() {
  static const Shape shape = [] {
    Shape root;
    root.text("member_asn").flag("has_ipv4");
    return root;
  }();
  return shape;
}

/// BIRD's symbols know letters, digits and underscores only (without quotes).
std::string symbol(std::string_view name) {
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(),
      [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')); }, '_');
  return out;
}

void add_session(View& view, const MemberSettings& settings, const SettingsRouteServer& rs, AddressFamily family) {
  const bool v4 = family == AddressFamily::ipv4;
  view.append("sessions")
      .set("protocol", "ztix_" + symbol(rs.name) + (v4 ? "_v4" : "_v6"))
      .set("rs_name", rs.name)
      .set("channel", v4 ? "v4" : "v6")
      .set("local", (v4 ? *settings.ipv4 : settings.ipv6).text())
      .set("rs_address", (v4 ? *rs.ipv4 : rs.ipv6).text())
      .set("rs_asn", rs.asn.number())
      .set("limit", v4 ? settings.limit_v4 : settings.limit_v6);
}

bool is_shown(const domain::RouteServerConfig& config) {
  return config.state != domain::RouteServerState::removed && config.state != domain::RouteServerState::disabled;
}

std::vector<SettingsRouteServer> on_network(const std::vector<RouteServer>& all, int network_number) {
  std::vector<SettingsRouteServer> found;
  for (const auto& rs : all) {
    if (!is_shown(rs.config)) continue;
    for (const auto& place : rs.config.attachments) {
      if (place.network_number != network_number) continue;
      found.push_back({rs.config.name, place.local_asn, place.ipv4, place.ipv6});
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return found;
}

}  // namespace

Result<SettingsSheets> SettingsSheets::load(NetworkStore& networks, RouteServerStore& route_servers) {
  const render::TemplateDeclaration sessions{
      "member/bird_sessions.mustache", &sessions_shape(), render::Output::bird, {}};
  const render::TemplateDeclaration filters{"member/bird_filters.mustache", &filters_shape(), render::Output::bird, {}};
  ZTIX_CHECK(render::validate_templates("member", {sessions, filters}));
  ZTIX_ASSIGN(auto compiled_sessions, render::StrictTemplate::compile(sessions));
  ZTIX_ASSIGN(auto compiled_filters, render::StrictTemplate::compile(filters));
  return SettingsSheets(networks, route_servers, std::move(compiled_sessions), std::move(compiled_filters));
}

Result<MemberSettings> SettingsSheets::sheet(const Request& request) const {
  if (!request.address_v6) {
    return fail(ErrorCode::conflict, "There are no settings yet: the addresses come after the approval.")
        .with_reason("no_addresses_yet");
  }
  ZTIX_ASSIGN(const auto network, networks_->network(request.zt_network_id));
  ZTIX_ASSIGN(const auto all, route_servers_->route_servers());
  const auto& id = network.zt_network_id.text();
  MemberSettings settings{.asn = request.asn,
                          .zt_network_id = network.zt_network_id,
                          .network_name = network.name,
                          .join_command = "zerotier-cli join " + id,
                          .allow_global_command = "zerotier-cli set " + id + " allowGlobal=1",
                          .lan_v4 = network.lan_v4,
                          .lan_v6 = network.lan_v6,
                          .ipv4 = request.address_v4,
                          .ipv6 = *request.address_v6,
                          .mtu = network.mtu,
                          .route_servers = on_network(all, network.number),
                          .limit_v4 = domain::PrefixLimit::standard(AddressFamily::ipv4).max(),
                          .limit_v6 = domain::PrefixLimit::standard(AddressFamily::ipv6).max(),
                          .bird = {},
                          .bird_filters = {}};
  ZTIX_CHECK(render_bird(settings));
  return settings;
}

Status SettingsSheets::render_bird(MemberSettings& settings) const {
  View sessions(sessions_shape());
  sessions.set("member_asn", settings.asn.number())
      .set("network", settings.zt_network_id.text())
      .set("mtu", settings.mtu);
  for (const auto& rs : settings.route_servers) {
    if (settings.ipv4 && rs.ipv4) add_session(sessions, settings, rs, AddressFamily::ipv4);
    add_session(sessions, settings, rs, AddressFamily::ipv6);
  }
  View filters(filters_shape());
  filters.set("member_asn", settings.asn.number()).set("has_ipv4", settings.ipv4.has_value());
  ZTIX_ASSIGN(settings.bird, sessions_.render(sessions));
  ZTIX_ASSIGN(settings.bird_filters, filters_.render(filters));
  return {};
}

}  // namespace ztix::service
