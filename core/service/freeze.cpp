#include "core/service/freeze.h"

#include <algorithm>

#include "core/service/wanted_sessions.h"

namespace ztix::service {
namespace {

using domain::AdminState;
using domain::MembershipConfig;

/// The same member, at most suspended now.
bool is_same_or_suspended(const MembershipConfig& before, MembershipConfig after) {
  if (before.suspended && !after.suspended) return false;
  after.suspended = before.suspended;
  after.version = before.version;
  return after == before;
}

bool no_session_comes_up(const domain::ConfigSnapshot& before, const domain::ConfigSnapshot& after) {
  const auto was = wanted_sessions(before);
  for (const auto& [name, session] : wanted_sessions(after)) {
    if (session.state != AdminState::enabled) continue;
    const auto old = was.find(name);
    if (old == was.end() || old->second.state != AdminState::enabled) return false;
  }
  return true;
}

}  // namespace

bool only_takes_away(const domain::ConfigSnapshot& before, const domain::ConfigSnapshot& after) {
  if (before.policy != after.policy || before.networks != after.networks) return false;
  if (before.route_server != after.route_server) return false;
  const auto is_known = [&](const MembershipConfig& member) {
    const auto old = std::find_if(before.memberships.begin(), before.memberships.end(),
                                  [&](const auto& each) { return each.id == member.id; });
    return old != before.memberships.end() && is_same_or_suspended(*old, member);
  };
  return std::all_of(after.memberships.begin(), after.memberships.end(), is_known) &&
         no_session_comes_up(before, after);
}

}  // namespace ztix::service
