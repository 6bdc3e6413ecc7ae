#include "core/service/member_cut_off.h"

#include <future>
#include <utility>

#include "core/base/crash_point.h"
#include "core/log/log.h"
#include "core/service/fabric_writing.h"
#include "core/service/job_outcome.h"

namespace ztix::service {
namespace {

/// Claims of `rs.apply` raise the fence while we are on our way; each try reads it anew.
constexpr int kFenceTries = 5;

std::vector<std::string> protocols_of(const MemberPresence& member) {
  std::vector<std::string> names;
  for (const auto family : kAddressFamilies) {
    names.push_back(domain::protocol_name(member.asn, member.router_sequence, member.network_number, family));
  }
  return names;
}

}  // namespace

// A session that BIRD does not have counts as down, so both families are named without looking. A warm connection may
// have died unnoticed, hence one try over a new one.
Status MemberCutOff::disable(const Job& job, const MemberPresence& member, const MemberRouteServer& route_server,
                             const StillMine& still_mine) {
  HostCredential who{member.installation, route_server.fence, std::to_string(job.id)};
  bool fresh = false;
  for (int tries = 1;; ++tries) {
    if (!still_mine()) return lease_uncertain();
    auto host = fresh ? hosts_.connect_fresh(route_server.endpoint) : hosts_.connect(route_server.endpoint);
    crash_point("cutoff-disable.before");
    auto done = host ? (*host)->disable(who, protocols_of(member)) : Status(host.error());
    crash_point("cutoff-disable.after");
    if (done || tries == kFenceTries) return done;
    const auto code = done.error().code;
    const bool connection_died = host && !fresh && (code == ErrorCode::unavailable || code == ErrorCode::timeout);
    if (code != ErrorCode::fenced && !connection_died) return done;
    fresh = connection_died;
    ZTIX_ASSIGN(who.fence, store_.fence(route_server.endpoint.name));
  }
}

Status MemberCutOff::at_controller(const MemberPresence& member, const StillMine& still_mine) {
  if (!member.node_id && !member.previous_node_id) return {};
  ZTIX_ASSIGN(const auto held, lock_fabric(locks_, clock_, member.zt_network_id));
  crash_point("cutoff-deauthorize.before");
  const MayWrite may_write = [&] { return still_mine() && held->held(); };
  if (member.node_id) ZTIX_CHECK(fabric_.deauthorize(member.zt_network_id, *member.node_id, may_write));
  if (member.previous_node_id) {
    ZTIX_CHECK(fabric_.deauthorize(member.zt_network_id, *member.previous_node_id, may_write));
  }
  crash_point("cutoff-deauthorize.after");
  return {};
}

CutOffReport MemberCutOff::everywhere(const Job& job, const MemberPresence& member, const StillMine& still_mine) {
  std::vector<std::pair<std::string, std::future<Status>>> on_hosts;
  for (const auto& route_server : member.route_servers) {
    on_hosts.emplace_back(route_server.endpoint.name, std::async(std::launch::async, [&, &each = route_server] {
                            return disable(job, member, each, still_mine);
                          }));
  }
  CutOffReport report;
  report.controller = at_controller(member, still_mine);
  for (auto& [name, answer] : on_hosts) {
    const auto done = answer.get();
    if (done) {
      report.disabled.push_back(name);
    } else {
      report.missed.push_back(name + ": " + done.error().message);
      log::warn("member.not_disabled", {{"route_server", name}, {"error", done.error().message}});
    }
  }
  return report;
}

bool MemberCutOff::answers(const Job& job, const MemberPresence& member, const MemberRouteServer& route_server) {
  const HostCredential who{member.installation, route_server.fence, std::to_string(job.id)};
  const auto host = hosts_.connect_fresh(route_server.endpoint);
  if (!host) return false;
  const auto status = (*host)->status(who);
  // A refused fence is an answer: somebody is applying there at this moment.
  return status || status.error().code == ErrorCode::fenced || status.error().code == ErrorCode::conflict;
}

std::vector<std::string> MemberCutOff::reachable_holders(const Job& job, const MemberPresence& member) {
  std::vector<std::pair<std::string, std::future<bool>>> asked;
  for (const auto& route_server : member.route_servers) {
    // Its applies are what make a host confirm.
    if (route_server.is_rid_of_it || !domain::takes_applies(route_server.state)) continue;
    asked.emplace_back(route_server.endpoint.name, std::async(std::launch::async, [&, &each = route_server] {
                         return answers(job, member, each);
                       }));
  }
  std::vector<std::string> names;
  for (auto& [name, answer] : asked) {
    if (answer.get()) names.push_back(name);
  }
  return names;
}

}  // namespace ztix::service
