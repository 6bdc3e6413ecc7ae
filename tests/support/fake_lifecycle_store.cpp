#include "tests/support/fake_lifecycle_store.h"

#include <algorithm>
#include <stdexcept>

namespace ztix::test {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using service::ClearedBy;
using service::Command;
using service::Departure;
using service::Request;

Error refused() { return fail(ErrorCode::refused_transition, "Not in this state."); }

}  // namespace

Result<Request*> FakeLifecycleStore::member(const Uuid& id, bool present) {
  auto& all = delivery_.exchange.requests;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.id == id; });
  if (found == all.end()) return fail(ErrorCode::not_found, "No such request.");
  const auto* membership = delivery_.exchange.find_membership(found->membership_id);
  if (membership == nullptr || (present && membership->departure)) return refused();
  return &*found;
}

void FakeLifecycleStore::enqueue(const Request& request, const std::string& kind, int priority,
                                 const Command& command) {
  const auto queued = delivery_.jobs.enqueue({kind, "membership:" + std::to_string(*request.membership_id), 0, priority,
                                              std::chrono::milliseconds(0), command.actor.trace_id});
  if (!queued) throw std::logic_error("the fake queue is away");
}

Result<Request> FakeLifecycleStore::conclude(Request& request, const std::string& action,
                                             std::map<std::string, std::string> facts, const Command& command) {
  if (!delivery_.exchange.holds_key(command))
    return fail(ErrorCode::conflict, "In progress.").with_reason("in_progress");
  request.updated_at = delivery_.exchange.now;
  delivery_.exchange.audit(command.actor, action, "request", request.id.text(), std::move(facts));
  delivery_.exchange.complete_key(command, 200, request.id.text());
  return request;
}

void FakeLifecycleStore::publish_suspension(Request& request, const Command& command) {
  auto wanted = delivery_.draft();
  const auto found = wanted.memberships.find(*request.membership_id);
  if (found == wanted.memberships.end()) return;
  found->second.suspended = request.suspended;
  delivery_.deliver(request, delivery_.publish(std::move(wanted), command.actor), command.actor);
}

Result<Request> FakeLifecycleStore::suspend(const Uuid& id, const std::string& reason, const Command& command) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* request, member(id, true));
  if (request->suspended) return refused();
  request->suspended = true;
  request->suspended_reason = reason;
  request->messages.push_back({delivery_.exchange.now, command.actor.name, "reason", reason});
  publish_suspension(*request, command);
  enqueue(*request, "member.provision", 0, command);
  return conclude(*request, "request.suspended", {{"reason", reason}}, command);
}

Result<Request> FakeLifecycleStore::resume(const Uuid& id, const Command& command) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* request, member(id, true));
  if (!request->suspended) return refused();
  request->suspended = false;
  request->suspended_reason.clear();
  publish_suspension(*request, command);
  enqueue(*request, "member.provision", 1, command);
  return conclude(*request, "request.resumed", {}, command);
}

void FakeLifecycleStore::unpublish(Request& request, FakeMembership& membership, const Command& command) {
  request.tripped_limits.clear();
  auto wanted = delivery_.draft();
  if (wanted.memberships.erase(membership.id) > 0) {
    membership.removed_in = delivery_.publish(std::move(wanted), command.actor);
  }
  if (membership.removed_in > 0) delivery_.deliver(request, membership.removed_in, command.actor);
}

Result<Request> FakeLifecycleStore::depart(const Uuid& id, Departure departure, const std::string& reason,
                                           const Command& command) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* request, member(id, false));
  auto& membership = *delivery_.exchange.find_membership(request->membership_id);
  const bool urgent = departure == Departure::urgent;
  const bool hurries = urgent && request->state == RequestState::revoking && membership.departure == Departure::orderly;
  const auto to = domain::next_state(request->state, RequestEvent::revoke);
  if (!to && !hurries) return refused();
  membership.departure = departure;
  request->leaving = !urgent;
  if (!reason.empty()) request->messages.push_back({delivery_.exchange.now, command.actor.name, "reason", reason});
  if (to) {
    request->state = *to;
    request->reason = reason;
    unpublish(*request, membership, command);
  }
  enqueue(*request, "member.revoke", urgent ? 0 : 1, command);
  return conclude(*request, urgent ? "request.revoked" : "request.left", {{"reason", reason}}, command);
}

Result<Request> FakeLifecycleStore::clear_limit(const Uuid& id, ClearedBy who, const Command& command) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_ASSIGN(auto* request, member(id, true));
  if (request->tripped_limits.empty()) return fail(ErrorCode::conflict, "None.").with_reason("no_limit_tripped");
  const bool owner = who == ClearedBy::owner;
  const auto& log = delivery_.exchange.audit_log;
  const auto cleared = std::count_if(log.begin(), log.end(), [&](const auto& entry) {
    return entry.action == "session.limit_cleared" && entry.subject_id == id.text() &&
           entry.facts.at("by") == "owner" && entry.at > delivery_.exchange.now - std::chrono::hours(24);
  });
  if (owner && cleared >= service::kOwnerClearsPerDay) {
    return fail(ErrorCode::rate_limited, "Ask an administrator.").with_reason("limit_clears_used_up");
  }
  request->tripped_limits.clear();
  delivery_.deliver(*request, delivery_.publish(delivery_.draft(), command.actor, true), command.actor);
  return conclude(*request, "session.limit_cleared", {{"by", owner ? "owner" : "administrator"}}, command);
}

}  // namespace ztix::test
