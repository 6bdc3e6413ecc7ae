#include "core/service/wanted_sessions.h"

#include "core/domain/admin_state.h"

namespace ztix::service {

std::map<std::string, WantedSession> wanted_sessions(const domain::ConfigSnapshot& snapshot) {
  std::map<std::string, WantedSession> sessions;
  for (const auto& membership : snapshot.memberships) {
    for (const auto& attachment : snapshot.route_server.attachments) {
      if (attachment.network_number != membership.network_number) continue;
      for (const auto family : kAddressFamilies) {
        if (!domain::has_session(membership, attachment, family)) continue;
        sessions.insert_or_assign(
            domain::protocol_name(membership.asn, membership.router_sequence, membership.network_number, family),
            WantedSession{membership.id, family, domain::admin_state(snapshot, membership, family)});
      }
    }
  }
  return sessions;
}

}  // namespace ztix::service
