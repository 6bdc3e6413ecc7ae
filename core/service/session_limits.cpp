#include "core/service/session_limits.h"

#include "core/service/wanted_sessions.h"

namespace ztix::service {

bool is_closed_by_limit(const ProtocolStatus& protocol) {
  return protocol.is_limit_hit || protocol.last_error.find("limit exceeded") != std::string::npos;
}

std::vector<TrippedSession> tripped_sessions(const domain::ConfigSnapshot& running, const HostProbe& probe) {
  const auto wanted = wanted_sessions(running);
  std::vector<TrippedSession> tripped;
  for (const auto& protocol : probe.protocols) {
    if (protocol.state != "down" || !is_closed_by_limit(protocol)) continue;
    const auto found = wanted.find(protocol.name);
    if (found == wanted.end() || found->second.state != domain::AdminState::enabled) continue;
    tripped.push_back({found->second.membership_id, found->second.family, protocol.name, protocol.info});
  }
  return tripped;
}

}  // namespace ztix::service
