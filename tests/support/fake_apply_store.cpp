#include "tests/support/fake_apply_store.h"

#include <algorithm>
#include <stdexcept>

namespace ztix::test {
namespace {

using domain::DeliveryState;
using domain::RequestEvent;
using domain::RequestState;
using domain::Revision;
using domain::RouteServerState;
using service::Job;
using service::RenderedRoot;

Error unknown() {
  return fail(ErrorCode::not_found, "There is no such route server.").with_reason("unknown_route_server");
}

const Uuid kInstallation = Uuid::from_random("fake-installatio");

}  // namespace

Result<service::RouteServer*> FakeApplyStore::held(const Job& job, const std::string& route_server) {
  ZTIX_CHECK(delivery_.check_held(job));
  auto* found = delivery_.find_route_server(route_server);
  if (found == nullptr) return unknown();
  return found;
}

Result<service::ApplySubject> FakeApplyStore::subject(const std::string& route_server) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto* found = delivery_.find_route_server(route_server);
  if (found == nullptr) return unknown();
  ZTIX_ASSIGN(auto newest, delivery_.snapshot(found->id, delivery_.target()));
  const auto confirmed = delivery_.confirmed.find(route_server);
  const auto order = delivery_.take_overs.find(route_server);
  return service::ApplySubject{delivery_.exchange.installation ? delivery_.exchange.installation->id : kInstallation,
                               found->endpoint,
                               found->config.state,
                               confirmed == delivery_.confirmed.end() ? std::nullopt : std::optional(confirmed->second),
                               order == delivery_.take_overs.end() ? std::string() : order->second,
                               std::move(newest),
                               "",
                               delivery_.search && delivery_.target().revision < delivery_.search->second,
                               delivery_.newest().revision};
}

Result<domain::ConfigSnapshot> FakeApplyStore::snapshot(const std::string& route_server, Revision revision) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto* found = delivery_.find_route_server(route_server);
  const auto* manifest = delivery_.manifest(revision);
  if (found == nullptr || manifest == nullptr) return unknown();
  return delivery_.snapshot(found->id, *manifest);
}

Result<std::optional<RenderedRoot>> FakeApplyStore::find_root(const std::string& route_server,
                                                              const std::string& digest) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  std::optional<RenderedRoot> best;
  for (auto root : delivery_.roots[route_server]) {
    if (root.file_digest != digest && root.config_digest != digest) continue;
    const auto* manifest = delivery_.manifest(root.revision);
    root.quarantined = manifest != nullptr && !manifest->quarantine_cause.empty();
    const bool better = !best || (best->quarantined && !root.quarantined) ||
                        (best->quarantined == root.quarantined && best->revision < root.revision);
    if (better) best = root;
  }
  return best;
}

Status FakeApplyStore::record_root(const Job& job, const std::string& route_server, const RenderedRoot& root) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* found, held(job, route_server));
  delivery_.roots[route_server].push_back(root);
  found->wanted_digest = root.config_digest;
  found->wanted_revision = std::max(found->wanted_revision, root.revision);
  return {};
}

Status FakeApplyStore::record_probe(const Job& job, const std::string& route_server, const service::HostProbe& probe) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* found, held(job, route_server));
  found->last_probe_at = delivery_.exchange.now;
  delivery_.seen_up.erase(found->id);
  if (probe.bird_up) delivery_.seen_up[found->id] = delivery_.exchange.now;
  if (probe.bird_version.empty() || probe.bird_version == found->config.bird_version) return {};
  found->config.bird_version = probe.bird_version;
  auto wanted = delivery_.draft();
  wanted.route_servers.at(found->id).bird_version = probe.bird_version;
  delivery_.publish(wanted, worker_of(job));
  return {};
}

Result<bool> FakeApplyStore::record_limits(const Job& job, const std::string& route_server,
                                           const std::vector<service::TrippedSession>& sessions) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(const auto* found, held(job, route_server));
  auto wanted = delivery_.draft();
  auto& states = wanted.session_admin_states[found->id];
  bool is_new = false;
  for (const auto& session : sessions) {
    const std::pair key(session.membership_id, session.family);
    const domain::SessionAdminConfig tripped{session.membership_id, session.family, domain::AdminState::limit_tripped};
    if (!states.emplace(key, tripped).second) continue;
    is_new = true;
    delivery_.exchange.audit(worker_of(job), "session.limit_tripped", "membership",
                             std::to_string(session.membership_id));
  }
  if (is_new) delivery_.publish(wanted, worker_of(job));
  return is_new;
}

Status FakeApplyStore::note_drift(const Job& job, const std::string& route_server,
                                  const service::Difference& /*difference*/) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(held(job, route_server));
  delivery_.exchange.audit(worker_of(job), "drift.found", "route_server", route_server);
  return {};
}

Status FakeApplyStore::record_progress(const Job& job, const std::string& route_server,
                                       const service::ApplyProgress& progress) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* found, held(job, route_server));
  ZTIX_CHECK(delivery_.jobs.step(job, progress.step));
  found->last_step = progress.step;
  found->last_error = progress.error;
  found->last_step_at = delivery_.exchange.now;
  for (auto& request : delivery_.exchange.requests) {
    for (auto& row : request.route_servers) {
      const bool waits = row.name == route_server && row.state != DeliveryState::confirmed;
      if (!waits || row.wanted_revision > progress.revision) continue;
      row.state = progress.state;
      row.last_step = progress.step;
      row.last_error = progress.error;
    }
  }
  return {};
}

void FakeApplyStore::confirm_members(service::RouteServer& route_server, const FakeManifest& manifest) {
  for (const auto& [id, membership] : manifest.memberships) {
    auto* request = delivery_.request_of(id);
    if (request == nullptr || !delivery_.is_attached(route_server, membership.network_number)) continue;
    auto& member = delivery_.members[id];
    member.confirmed_version = std::max(member.confirmed_version, membership.version);
    auto& row = delivery_.delivery(*request, route_server.endpoint.name);
    if (row.wanted_revision > manifest.revision) continue;
    row.wanted_revision = std::max<Revision>(row.wanted_revision, 1);
    row.state = DeliveryState::confirmed;
    row.confirmed_revision = manifest.revision;
    row.last_step = "A11 commit";
    row.last_error.clear();
  }
}

void FakeApplyStore::settle_departures(const service::RouteServer& route_server) {
  const auto& name = route_server.endpoint.name;
  for (auto& request : delivery_.exchange.requests) {
    const auto* membership = delivery_.exchange.find_membership(request.membership_id);
    if (membership == nullptr || !membership->departure) continue;
    if (membership->removed_in > route_server.confirmed_revision) continue;
    if (std::erase(request.owed, name) > 0) {
      const service::Actor worker{service::ActorKind::worker, std::nullopt, "worker", "", ""};
      delivery_.exchange.audit(worker, "request.owed_paid", "request", request.id.text());
    }
    for (auto& row : request.route_servers) {
      if (row.name != name || row.state == DeliveryState::confirmed) continue;
      row.state = DeliveryState::confirmed;
      row.confirmed_revision = route_server.confirmed_revision;
    }
    if (!delivery_.jobs.make_due("membership:" + std::to_string(membership->id))) {
      throw std::logic_error("the fake queue is away");
    }
  }
}

Status FakeApplyStore::record_confirmed(const Job& job, const std::string& route_server, const RenderedRoot& root) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* found, held(job, route_server));
  const auto actor = worker_of(job);
  if (found->confirmed_revision != root.revision) {
    delivery_.exchange.audit(actor, "route_server.confirmed", "route_server", route_server);
  }
  if (const auto order = delivery_.take_overs.find(route_server); order != delivery_.take_overs.end()) {
    delivery_.exchange.audit(actor, "route_server.taken_over", "route_server", route_server);
    delivery_.take_overs.erase(order);
  }
  found->confirmed_revision = root.revision;
  found->confirmed_digest = root.config_digest;
  found->confirmed_at = delivery_.exchange.now;
  found->last_step = "A11 commit";
  found->last_error.clear();
  delivery_.confirmed.insert_or_assign(route_server, root);
  if (found->config.state == RouteServerState::joining) {
    found->config.state = RouteServerState::enabled;
    delivery_.exchange.audit(actor, "route_server.enabled", "route_server", route_server);
  }
  if (const auto* manifest = delivery_.manifest(root.revision)) confirm_members(*found, *manifest);
  settle_departures(*found);
  delivery_.evaluate(actor);
  return {};
}

Result<Revision> FakeApplyStore::hold_membership(const Job& job, const service::Hold& hold) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(hold.membership_id);
  if (request == nullptr) return fail(ErrorCode::not_found, "No such membership.");
  auto& member = delivery_.members[hold.membership_id];
  if (member.version != hold.version) return delivery_.newest().revision;
  if (member.confirmed_version >= hold.version) {
    return fail(ErrorCode::conflict, "Another route server runs this very version.").with_reason("confirmed_elsewhere");
  }
  auto wanted = delivery_.draft();
  if (member.confirmed_version == 0) {
    wanted.memberships.erase(hold.membership_id);
  } else {
    auto fallback = member.published.at(member.confirmed_version);
    fallback.suspended = request->suspended;
    wanted.memberships.insert_or_assign(hold.membership_id, fallback);
  }
  request->held = true;
  member.held_version = hold.version;
  const auto actor = worker_of(job);
  const auto revision = delivery_.publish(wanted, actor);
  if (member.confirmed_version != 0) return revision;
  const auto cause =
      hold.file.empty() ? hold.message : hold.file + ":" + std::to_string(hold.line) + ": " + hold.message;
  for (auto& row : request->route_servers) {
    if (row.state == DeliveryState::confirmed) continue;
    row.state = DeliveryState::failed;
    row.last_error = cause;
  }
  if (domain::next_state(request->state, RequestEvent::fail))
    delivery_.move(*request, RequestEvent::fail, actor, cause);
  return revision;
}

Result<std::int64_t> FakeApplyStore::raise_fence(const Job& job, const std::string& route_server,
                                                 std::int64_t host_fence) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(held(job, route_server));
  return delivery_.jobs.raise_target_fence(route_server, host_fence);
}

Status FakeApplyStore::raise_revision_above(Revision highest_on_host) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  if (delivery_.newest().revision > highest_on_host) return {};
  auto wanted = delivery_.draft();
  wanted.revision = highest_on_host;
  const service::Actor worker{service::ActorKind::worker, std::nullopt, "worker", "", ""};
  delivery_.publish(wanted, worker, true);
  return {};
}

Result<Revision> FakeApplyStore::publish_release(const domain::PolicyDefinition& policy,
                                                 const std::string& template_digest, const service::Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  auto wanted = delivery_.draft();
  wanted.policy = policy;
  wanted.template_digest = template_digest;
  return delivery_.publish(wanted, actor);
}

}  // namespace ztix::test
