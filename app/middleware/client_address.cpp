#include "app/middleware/client_address.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::app {
namespace {

bool is_trusted(const IpAddress& address, const std::vector<Prefix>& proxies) {
  return std::any_of(proxies.begin(), proxies.end(), [&](const Prefix& proxy) { return proxy.contains(address); });
}

}  // namespace

std::string client_address(const HttpRequest& request, const std::vector<Prefix>& trusted_proxies) {
  auto current = IpAddress::parse(request.peer_address);
  if (!current) return request.peer_address;
  const auto forwarded = request.headers.joined("X-Forwarded-For");
  auto hops = split(forwarded, ',');
  while (!forwarded.empty() && !hops.empty() && is_trusted(*current, trusted_proxies)) {
    const auto hop = IpAddress::parse(trim(hops.back()));
    if (!hop) break;
    current = hop;
    hops.pop_back();
  }
  return current->text();
}

}  // namespace ztix::app
