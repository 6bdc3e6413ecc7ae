#include "cli/host_key_input.h"

#include <iostream>

#include "cli/password_input.h"
#include "core/remote/host_key.h"
#include "core/remote/ssh_route_server_hosts.h"

namespace ztix::cli {

Result<std::string> scanned_host_key(Context& context, const std::string& host, std::uint16_t port) {
  remote::SshRouteServerHosts hosts({{}, context.settings().ssh_connect_timeout});
  ZTIX_ASSIGN(auto scanned, hosts.scan_host_key(host, port));
  std::cerr << "Host key of " << host << ":" << port << "\n  " << scanned << "\n  " << remote::fingerprint(scanned)
            << "\nCompare it on the host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\n";
  return scanned;
}

Status accept_host_key(bool accept) {
  if (accept) return {};
  ZTIX_ASSIGN(const bool yes, ask_yes_no("Is it the same?"));
  if (!yes) return fail(ErrorCode::forbidden, "The host key was not accepted; nothing was changed.");
  return {};
}

}  // namespace ztix::cli
