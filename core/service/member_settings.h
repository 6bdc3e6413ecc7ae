#pragma once

/// @file core/service/member_settings.h
/// Everything a member types into its own router, from one place: the page, the API and the BIRD text say the same.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/render/strict_template.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/request_store.h"
#include "core/service/ports/route_server_store.h"

namespace ztix::service {

struct SettingsRouteServer {
  std::string name;
  domain::Asn asn;
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
};

struct MemberSettings {
  domain::Asn asn;
  domain::ZtNetworkId zt_network_id;
  std::string network_name;
  std::string join_command;
  /// ZeroTier configures addresses of global scope only after this, and everything outside fc00::/7 is that.
  std::string allow_global_command;
  std::optional<Prefix> lan_v4;
  Prefix lan_v6;
  std::optional<IpAddress> ipv4;
  IpAddress ipv6;
  int mtu = 0;
  std::vector<SettingsRouteServer> route_servers;
  std::uint32_t limit_v4 = 0;  ///< prefixes per session; above it the route server ends the session
  std::uint32_t limit_v6 = 0;
  /// BIRD 2: the protocols `ztix_<route server>_v4|v6`. Needs the filters `ztix_export_v4` and `ztix_export_v6` before
  /// it; `bird_filters` is a beginning for them.
  std::string bird;
  std::string bird_filters;
};

class SettingsSheets {
 public:
  /// Compiles templates/member. invalid_argument with the template's fault.
  static Result<SettingsSheets> load(NetworkStore& networks, RouteServerStore& route_servers);

  /// `conflict` (`no_addresses_yet`) before the request was approved and got its addresses.
  Result<MemberSettings> sheet(const Request& request) const;

 private:
  SettingsSheets(NetworkStore& networks, RouteServerStore& route_servers, render::StrictTemplate sessions,
                 render::StrictTemplate filters)
      : networks_(&networks),
        route_servers_(&route_servers),
        sessions_(std::move(sessions)),
        filters_(std::move(filters)) {}
  Status render_bird(MemberSettings& settings) const;

  NetworkStore* networks_;
  RouteServerStore* route_servers_;
  render::StrictTemplate sessions_;
  render::StrictTemplate filters_;
};

}  // namespace ztix::service
