#include "tests/support/fake_departure_store.h"

namespace ztix::test {
namespace {

using domain::RequestEvent;
using service::Job;

Error no_such_membership() { return fail(ErrorCode::not_found, "No such membership."); }

const Uuid kInstallation = Uuid::from_random("fake-installatio");

}  // namespace

Result<service::MemberPresence> FakeDepartureStore::read_presence(std::int64_t membership_id) {
  const auto membership = delivery_.membership(membership_id);
  const auto* request = delivery_.request_of(membership_id);
  if (!membership || request == nullptr) return no_such_membership();
  const auto& installation = delivery_.exchange.installation;
  service::MemberPresence member{installation ? installation->id : kInstallation,
                                 membership_id,
                                 request->id,
                                 membership->asn,
                                 membership->router_sequence,
                                 membership->network_number,
                                 request->zt_network_id,
                                 membership->node_id,
                                 membership->previous_node_id,
                                 {}};
  for (const auto& each : delivery_.route_servers) {
    if (!delivery_.is_attached(each, membership->network_number)) continue;
    if (each.config.state == domain::RouteServerState::removed) continue;
    const bool rid = membership->departure && each.confirmed_revision >= membership->removed_in;
    member.route_servers.push_back(
        {each.endpoint, each.config.state, delivery_.jobs.current_target_fence(each.endpoint.name), rid});
  }
  return member;
}

std::optional<std::chrono::milliseconds> FakeDepartureStore::since(const std::optional<Timestamp>& at) const {
  if (!at) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(delivery_.exchange.now - *at);
}

Result<service::MemberPresence> FakeDepartureStore::presence(std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  return read_presence(membership_id);
}

Result<service::DepartureSubject> FakeDepartureStore::subject(std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto member, read_presence(membership_id));
  const auto membership = *delivery_.membership(membership_id);
  if (!membership.departure) return fail(ErrorCode::refused_transition, "The membership does not end.");
  return service::DepartureSubject{std::move(member),
                                   delivery_.request_of(membership_id)->state,
                                   *membership.departure,
                                   since(membership.withdrawn_at),
                                   since(membership.cut_off_at),
                                   membership.rereads};
}

Result<std::int64_t> FakeDepartureStore::fence(const std::string& route_server) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  if (delivery_.find_route_server(route_server) == nullptr) return fail(ErrorCode::not_found, "No such route server.");
  return delivery_.jobs.current_target_fence(route_server);
}

Result<FakeMembership*> FakeDepartureStore::held(const Job& job, std::int64_t membership_id) {
  ZTIX_CHECK(delivery_.check_held(job));
  auto* membership = delivery_.exchange.find_membership(membership_id);
  if (membership == nullptr) return no_such_membership();
  return membership;
}

Status FakeDepartureStore::record_withdrawn(const Job& job, std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* membership, held(job, membership_id));
  if (!membership->withdrawn_at) membership->withdrawn_at = delivery_.exchange.now;
  return {};
}

Status FakeDepartureStore::record_cut_off(const Job& job, std::int64_t membership_id, int rereads) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* membership, held(job, membership_id));
  if (!membership->cut_off_at) membership->cut_off_at = delivery_.exchange.now;
  membership->rereads = rereads;
  membership->previous_node_id.reset();
  return {};
}

Status FakeDepartureStore::finish(const Job& job, std::int64_t membership_id, std::chrono::hours cooling_off) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* membership, held(job, membership_id));
  auto& request = *delivery_.request_of(membership_id);
  if (!domain::next_state(request.state, RequestEvent::done)) return {};
  ZTIX_ASSIGN(const auto member, read_presence(membership_id));
  for (const auto& each : member.route_servers) {
    if (!each.is_rid_of_it) request.owed.push_back(each.endpoint.name);
  }
  membership->ended = true;
  membership->free_at = delivery_.exchange.now + cooling_off;
  request.suspended = false;
  request.suspended_reason.clear();
  request.leaving = false;
  request.address_v4.reset();
  request.address_v6.reset();
  delivery_.move(request, RequestEvent::done, worker_of(job), "");
  return {};
}

}  // namespace ztix::test
