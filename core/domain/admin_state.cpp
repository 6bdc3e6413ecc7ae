#include "core/domain/admin_state.h"

#include <algorithm>
#include <utility>

namespace ztix::domain {
namespace {

const AttachmentConfig* attachment_of(const ConfigSnapshot& snapshot, int network_number) noexcept {
  const auto& all = snapshot.route_server.attachments;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.network_number == network_number; });
  return found == all.end() ? nullptr : &*found;
}

AdminState written_state(const ConfigSnapshot& snapshot, std::int64_t membership_id, AddressFamily family) noexcept {
  const auto& rows = snapshot.session_admin_states;
  const std::pair key(membership_id, family);
  const auto found = std::lower_bound(rows.begin(), rows.end(), key, [](const SessionAdminConfig& row, const auto& k) {
    return std::pair(row.membership_id, row.family) < k;
  });
  const bool is_there = found != rows.end() && found->membership_id == membership_id && found->family == family;
  return is_there ? found->state : AdminState::enabled;
}

}  // namespace

bool keeps_sessions_down(RouteServerState state) noexcept {
  switch (state) {
    case RouteServerState::joining:
    case RouteServerState::enabled:
    case RouteServerState::draining:
      return false;
    case RouteServerState::maintenance:
    case RouteServerState::disabled:
    case RouteServerState::removed:
      return true;
  }
  return true;
}

AdminState admin_state(const ConfigSnapshot& snapshot, const MembershipConfig& membership,
                       AddressFamily family) noexcept {
  if (membership.suspended) return AdminState::suspended;
  if (keeps_sessions_down(snapshot.route_server.state)) return AdminState::drained;
  return written_state(snapshot, membership.id, family);
}

std::vector<std::string> sessions_to_keep_down(const ConfigSnapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& membership : snapshot.memberships) {
    const auto* attachment = attachment_of(snapshot, membership.network_number);
    if (attachment == nullptr) continue;
    for (const auto family : kAddressFamilies) {
      const bool is_down = has_session(membership, *attachment, family) &&
                           admin_state(snapshot, membership, family) != AdminState::enabled;
      if (!is_down) continue;
      names.push_back(protocol_name(membership.asn, membership.router_sequence, membership.network_number, family));
    }
  }
  return names;
}

}  // namespace ztix::domain
