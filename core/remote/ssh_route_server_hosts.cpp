#include "core/remote/ssh_route_server_hosts.h"

#include "core/remote/ssh_route_server_host.h"

namespace ztix::remote {

using service::RouteServerEndpoint;
using service::RouteServerHost;

Result<std::shared_ptr<RouteServerHost>> SshRouteServerHosts::connect(const RouteServerEndpoint& endpoint) {
  const auto key = endpoint.user + "@" + endpoint.host + ":" + std::to_string(endpoint.port) + " " + endpoint.host_key;
  auto host = warm_.with([&](auto& warm) {
    auto& slot = warm[key];
    if (!slot) slot = std::make_shared<SshRouteServerHost>(endpoint, settings_);
    return slot;
  });
  // Outside the lock of the map: one silent route server must not keep the others waiting.
  ZTIX_CHECK(host->ensure_connected());
  return std::shared_ptr<RouteServerHost>(std::move(host));
}

Result<std::shared_ptr<RouteServerHost>> SshRouteServerHosts::connect_fresh(const RouteServerEndpoint& endpoint) {
  auto host = std::make_shared<SshRouteServerHost>(endpoint, settings_);
  ZTIX_CHECK(host->ensure_connected());
  return std::shared_ptr<RouteServerHost>(std::move(host));
}

Result<std::string> SshRouteServerHosts::scan_host_key(const std::string& host, std::uint16_t port) {
  return SshSession::scan_host_key(host, port, settings_.connect_timeout);
}

}  // namespace ztix::remote
