#include "tests/support/fake_delivery.h"

#include <algorithm>
#include <stdexcept>

namespace ztix::test {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using domain::Revision;
using domain::RouteServerState;
using service::Actor;

bool takes_applies(const service::RouteServer& route_server) {
  return route_server.config.state != RouteServerState::disabled &&
         route_server.config.state != RouteServerState::removed;
}

bool same_content(const FakeManifest& a, const FakeManifest& b) {
  return a.networks == b.networks && a.route_servers == b.route_servers && a.memberships == b.memberships &&
         a.session_admin_states == b.session_admin_states && a.policy == b.policy &&
         a.template_digest == b.template_digest;
}

std::string verb_of(RequestEvent event) {
  if (event == RequestEvent::start) return "request.started";
  if (event == RequestEvent::fail) return "request.failed";
  if (event == RequestEvent::done) return "request.ended";
  if (event == RequestEvent::succeed || event == RequestEvent::converge) return "request.activated";
  throw std::logic_error("not an event of the worker");
}

}  // namespace

Actor worker_of(const service::Job& job) {
  return {service::ActorKind::worker, std::nullopt, "worker", "", job.trace_id};
}

Status FakeDelivery::check_held(const service::Job& job) const {
  if (jobs.is_held(job)) return {};
  return fail(ErrorCode::fenced, "Another worker has taken this job over.");
}

const FakeManifest& FakeDelivery::newest_usable() const {
  for (auto item = manifests.rbegin(); item != manifests.rend(); ++item) {
    if (item->quarantine_cause.empty()) return *item;
  }
  throw std::logic_error("the empty manifest is never quarantined");
}

const FakeManifest& FakeDelivery::target() const {
  if (!search) return newest_usable();
  for (const auto& item : manifests) {
    const bool is_step = item.revision >= search->first && item.revision <= search->second;
    if (is_step && item.revision > proven && item.quarantine_cause.empty()) return item;
  }
  return newest_usable();
}

const FakeManifest* FakeDelivery::manifest(Revision revision) const {
  const auto found =
      std::find_if(manifests.begin(), manifests.end(), [&](const auto& item) { return item.revision == revision; });
  return found == manifests.end() ? nullptr : &*found;
}

FakeManifest FakeDelivery::draft() const {
  auto wanted = newest();
  wanted.quarantine_cause.clear();
  for (const auto& network : exchange.networks) {
    wanted.networks.insert_or_assign(
        network.number, domain::NetworkConfig{network.number, network.zt_network_id, network.lan_v4, network.lan_v6});
  }
  return wanted;
}

Revision FakeDelivery::publish(FakeManifest wanted, const Actor& actor, bool anyway) {
  const auto before = newest();
  if (!anyway && same_content(wanted, before)) return before.revision;
  wanted.revision = std::max(wanted.revision, before.revision) + 1;
  manifests.push_back(wanted);
  for (auto& route_server : route_servers) {
    const auto id = route_server.id;
    const auto old_part = snapshot(id, before);
    auto new_part = snapshot(id, wanted);
    if (old_part && new_part) new_part->revision = old_part->revision;
    const bool templates_differ = wanted.template_digest != before.template_digest;
    const bool parts_differ = !old_part || !new_part || old_part->route_server != new_part->route_server ||
                              old_part->memberships != new_part->memberships ||
                              old_part->session_admin_states != new_part->session_admin_states ||
                              old_part->networks != new_part->networks || old_part->policy != new_part->policy;
    if (route_server.config.state == RouteServerState::removed || (!templates_differ && !parts_differ)) continue;
    route_server.wanted_revision = wanted.revision;
    if (takes_applies(route_server)) enqueue_apply(route_server, wanted.revision, actor);
  }
  return wanted.revision;
}

Result<domain::ConfigSnapshot> FakeDelivery::snapshot(std::int64_t route_server, const FakeManifest& manifest) const {
  const auto found = manifest.route_servers.find(route_server);
  if (found == manifest.route_servers.end()) return fail(ErrorCode::not_found, "Not in this revision.");
  if (!manifest.policy) return fail(ErrorCode::unavailable, "No policy is published yet.").with_reason("no_policy");
  domain::ConfigSnapshot snapshot{manifest.revision, found->second, *manifest.policy, {}, {}, {}};
  for (const auto& [number, network] : manifest.networks) snapshot.networks.push_back(network);
  for (const auto& [id, membership] : manifest.memberships) {
    const auto& attachments = found->second.attachments;
    if (std::any_of(attachments.begin(), attachments.end(),
                    [&, number = membership.network_number](const auto& a) { return a.network_number == number; })) {
      snapshot.memberships.push_back(membership);
    }
  }
  if (const auto states = manifest.session_admin_states.find(route_server);
      states != manifest.session_admin_states.end()) {
    for (const auto& [key, state] : states->second) snapshot.session_admin_states.push_back(state);
  }
  return snapshot;
}

service::RouteServer* FakeDelivery::find_route_server(const std::string& name) {
  const auto found = std::find_if(route_servers.begin(), route_servers.end(),
                                  [&](const auto& item) { return item.endpoint.name == name; });
  return found == route_servers.end() ? nullptr : &*found;
}

bool FakeDelivery::is_attached(const service::RouteServer& route_server, int network_number) const {
  const auto& attachments = route_server.config.attachments;
  return std::any_of(attachments.begin(), attachments.end(),
                     [&](const auto& item) { return item.network_number == network_number; });
}

service::Request* FakeDelivery::request_of(std::int64_t membership_id) {
  for (auto& request : exchange.requests) {
    if (request.membership_id == membership_id) return &request;
  }
  return nullptr;
}

std::optional<FakeMembership> FakeDelivery::membership(std::int64_t membership_id) {
  const auto* found = exchange.find_membership(membership_id);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void FakeDelivery::move(service::Request& request, RequestEvent event, const Actor& actor, const std::string& reason) {
  const auto to = domain::next_state(request.state, event);
  if (!to) throw std::logic_error("the caller has looked at the state");
  request.state = *to;
  if (!reason.empty() || *to == RequestState::active) request.reason = reason;
  exchange.audit(actor, verb_of(event), "request", request.id.text());
}

service::RequestRouteServer& FakeDelivery::delivery(service::Request& request, const std::string& route_server) {
  for (auto& row : request.route_servers) {
    if (row.name == route_server) return row;
  }
  request.route_servers.push_back({route_server, domain::DeliveryState::waiting, 0, 0, "", "", exchange.now});
  return request.route_servers.back();
}

void FakeDelivery::deliver(service::Request& request, Revision revision, const Actor& actor) {
  for (const auto& route_server : route_servers) {
    if (!takes_applies(route_server) || !is_attached(route_server, request.network_number)) continue;
    auto& row = delivery(request, route_server.endpoint.name);
    const bool has = route_server.confirmed_revision >= revision;
    row.wanted_revision = revision;
    row.state = has ? domain::DeliveryState::confirmed : domain::DeliveryState::waiting;
    row.last_error.clear();
    if (!has) enqueue_apply(route_server, newest().revision, actor);
  }
}

bool FakeDelivery::has_cooled_off(std::int64_t membership_id) const {
  const auto* membership = exchange.find_membership(membership_id);
  return membership != nullptr && membership->ended && membership->free_at <= exchange.now &&
         !exchange.is_owed(membership_id);
}

void FakeDelivery::enqueue_apply(const service::RouteServer& route_server, Revision revision, const Actor& actor) {
  const auto queued = jobs.enqueue({"rs.apply", "route_server:" + route_server.endpoint.name, revision, 1,
                                    std::chrono::milliseconds(0), actor.trace_id});
  if (!queued) throw std::logic_error("the fake queue is away");
}

bool FakeDelivery::is_complete(const service::Request& request) {
  if (request.state != RequestState::provisioning && request.state != RequestState::failed) return false;
  if (request.held || !request.membership_id) return false;
  int enabled = 0;
  for (const auto& route_server : route_servers) {
    if (route_server.config.state != RouteServerState::enabled || !is_attached(route_server, request.network_number)) {
      continue;
    }
    const auto* has = manifest(route_server.confirmed_revision);
    const auto found = has->memberships.find(*request.membership_id);
    if (found == has->memberships.end() || found->second.version != members[*request.membership_id].version)
      return false;
    ++enabled;
  }
  return enabled > 0;
}

int FakeDelivery::evaluate(const Actor& actor) {
  int activated = 0;
  for (auto& request : exchange.requests) {
    if (!is_complete(request)) continue;
    move(request, request.state == RequestState::failed ? RequestEvent::converge : RequestEvent::succeed, actor, "");
    ++activated;
  }
  return activated;
}

void FakeDelivery::change_options(std::int64_t membership_id) {
  const std::lock_guard lock(exchange.mutex);
  auto& member = members[membership_id];
  ++member.version;
  member.md5_key = "secret123" + std::to_string(member.version);
}

}  // namespace ztix::test
