#include "tests/support/fake_request_store.h"

#include <algorithm>
#include <stdexcept>

#include "core/base/text.h"

namespace ztix::test {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using service::Command;
using service::Request;

Error no_such_request() { return fail(ErrorCode::not_found, "No such request."); }
Error node_in_use() { return fail(ErrorCode::conflict, "The node is in use.").with_reason("node_id_in_use"); }
Error in_progress() { return fail(ErrorCode::conflict, "In progress.").with_reason("in_progress"); }
Error refused() { return fail(ErrorCode::refused_transition, "Not in this state."); }
Error exists(const Request& holder) {
  return fail(ErrorCode::conflict, "There is such a request.")
      .with_reason("request_exists")
      .with_fact("request_id", holder.id.text());
}

/// Verb for the audit and kind of the message; both empty for an event with a call of its own.
std::pair<std::string, std::string> record_of(RequestEvent event) {
  if (event == RequestEvent::reject) return {"rejected", "reason"};
  if (event == RequestEvent::ask) return {"asked", "question"};
  if (event == RequestEvent::answer) return {"answered", "answer"};
  if (event == RequestEvent::withdraw) return {"withdrawn", ""};
  if (event == RequestEvent::expire) return {"expired", ""};
  if (event == RequestEvent::retry) return {"retried", ""};
  throw std::logic_error("RequestStore::transition: an event with a call of its own");
}

bool matches(const service::RequestFilter& filter, const Request& request, Timestamp now) {
  if (filter.owned_asns && std::count(filter.owned_asns->begin(), filter.owned_asns->end(), request.asn) == 0) {
    return false;
  }
  if (filter.state && *filter.state != request.state) return false;
  if (filter.asn && *filter.asn != request.asn) return false;
  if (filter.zt_network_id && *filter.zt_network_id != request.zt_network_id) return false;
  return !filter.min_age || request.created_at <= now - *filter.min_age;
}

}  // namespace

Request* FakeRequestStore::find(const Uuid& id) {
  auto& all = exchange_.requests;
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.id == id; });
  return found == all.end() ? nullptr : &*found;
}

const Request* FakeRequestStore::find_open(domain::Asn asn, int network_number,
                                           const std::optional<domain::NodeId>& node) const {
  for (const auto& request : exchange_.requests) {
    if (is_open(request.state) && request.asn == asn && request.network_number == network_number &&
        request.node_id == node) {
      return &request;
    }
  }
  return nullptr;
}

void FakeRequestStore::enqueue(const Request& request, const Command& command) {
  service::NewJob job;
  job.kind = "member.provision";
  job.subject = "membership:" + std::to_string(request.membership_id.value());
  job.trace_id = command.actor.trace_id;
  exchange_.jobs.push_back(job);
}

Request FakeRequestStore::conclude(Request& request, const std::string& verb, int status, const Command& command) {
  request.updated_at = exchange_.now;
  std::map<std::string, std::string> facts;
  if (verb == "approved" && command.actor.user_id == request.requested_by) facts["self_approved"] = "true";
  exchange_.audit(command.actor, "request." + verb, "request", request.id.text(), std::move(facts));
  exchange_.complete_key(command, status, request.id.text());
  return request;
}

Result<Request> FakeRequestStore::create(const service::NewRequest& wish, const Command& command) {
  const std::lock_guard hold(exchange_.mutex);
  if (!command.actor.user_id) throw std::logic_error("RequestStore::create: a request belongs to a user");
  const auto* network = exchange_.find_network(wish.zt_network_id);
  if (network == nullptr) return fail(ErrorCode::not_found, "No such network.").with_reason("unknown_network");
  if (const auto* holder = find_open(wish.asn, network->number, wish.node_id)) return exists(*holder);
  if (wish.node_id && exchange_.is_node_taken(network->number, *wish.node_id)) return node_in_use();
  if (!exchange_.holds_key(command)) return in_progress();
  Request made{exchange_.next_uuid(),
               wish.asn,
               wish.zt_network_id,
               network->number,
               wish.node_id,
               RequestState::pending,
               wish.ipv4,
               wish.note,
               *command.actor.user_id,
               "",
               {},
               {},
               {},
               {},
               "",
               "",
               "",
               false,
               {},
               {},
               exchange_.now,
               exchange_.now};
  for (const auto& [name, user] : exchange_.users) {
    if (user.id == made.requested_by) made.requested_by_name = name;
  }
  exchange_.requests.push_back(made);
  return conclude(exchange_.requests.back(), "created", 201, command);
}

Result<Request> FakeRequestStore::request(const Uuid& id) {
  const std::lock_guard hold(exchange_.mutex);
  const auto* found = find(id);
  if (found == nullptr) return no_such_request();
  return *found;
}

Result<service::Paged<Request>> FakeRequestStore::list(const service::RequestFilter& filter,
                                                       const service::Page& page) {
  const std::lock_guard hold(exchange_.mutex);
  // The cursor is the index after the last one shown; new requests are appended, so it stays right.
  auto left = page.cursor.empty() ? std::optional(exchange_.requests.size()) : parse_decimal<std::size_t>(page.cursor);
  if (!left || *left > exchange_.requests.size() || page.limit < 1 || page.limit > 200) {
    return fail(ErrorCode::invalid_argument, "No such page.");
  }
  service::Paged<Request> result;
  for (; *left > 0; --*left) {
    const auto& request = exchange_.requests[*left - 1];
    if (!matches(filter, request, exchange_.now)) continue;
    if (result.items.size() == static_cast<std::size_t>(page.limit)) {
      result.next = std::to_string(*left);
      break;
    }
    result.items.push_back(request);
    result.items.back().messages.clear();
  }
  return result;
}

Result<Request> FakeRequestStore::transition(const Uuid& id, RequestEvent event, const std::string& text,
                                             const Command& command) {
  const std::lock_guard hold(exchange_.mutex);
  const auto [verb, kind] = record_of(event);
  auto* request = find(id);
  if (request == nullptr) return no_such_request();
  const auto to = domain::next_state(request->state, event);
  if (!to) return refused();
  if (!exchange_.holds_key(command)) return in_progress();
  request->state = *to;
  if (event == RequestEvent::reject || event == RequestEvent::withdraw) request->reason = text;
  if (!kind.empty()) request->messages.push_back({exchange_.now, command.actor.name, kind, text});
  if (event == RequestEvent::retry) {
    request->reason.clear();
    request->held = false;
    enqueue(*request, command);
  }
  return conclude(*request, verb, 200, command);
}

int FakeRequestStore::lowest_sequence(const Request& request) const {
  const auto& all = exchange_.memberships;
  const auto used = [&](int sequence) {
    return std::any_of(all.begin(), all.end(), [&](const auto& m) {
      return (!m.ended || exchange_.is_owed(m.id)) && m.network_number == request.network_number &&
             m.asn == request.asn && m.router_sequence == sequence;
    });
  };
  int sequence = 1;
  while (used(sequence)) ++sequence;
  return sequence;
}

Result<Request> FakeRequestStore::approve(const Uuid& id, const Command& command) {
  const std::lock_guard hold(exchange_.mutex);
  auto* request = find(id);
  if (request == nullptr) return no_such_request();
  if (!domain::next_state(request->state, RequestEvent::approve)) return refused();
  if (request->node_id && exchange_.is_node_taken(request->network_number, *request->node_id)) return node_in_use();
  if (!exchange_.holds_key(command)) return in_progress();
  const FakeMembership made{static_cast<std::int64_t>(exchange_.memberships.size()) + 1,
                            request->network_number,
                            request->asn,
                            lowest_sequence(*request),
                            request->node_id,
                            std::nullopt,
                            false};
  exchange_.memberships.push_back(made);
  request->state = RequestState::approved;
  request->membership_id = made.id;
  request->router_sequence = made.router_sequence;
  if (!made.node_id) {
    request->waiting_for = "awaiting_node_id";
    request->waiting_remedy = "Its owner has to name the ZeroTier node id of the router.";
  }
  enqueue(*request, command);
  return conclude(*request, "approved", 200, command);
}

Status FakeRequestStore::change_node(Request& request, const domain::NodeId& node, const Command& command) {
  if (exchange_.is_node_taken(request.network_number, node)) return node_in_use();
  auto* membership = exchange_.find_membership(request.membership_id);
  if (membership != nullptr && exchange_.was_approved_by_policy(request.id) &&
      exchange_.was_removed(request.network_number, node)) {
    return fail(ErrorCode::conflict, "This node was removed before.").with_reason("node_was_removed");
  }
  if (membership != nullptr && membership->previous_node_id) {
    return fail(ErrorCode::conflict, "The last change is not finished.").with_reason("change_running");
  }
  if (const auto* holder = find_open(request.asn, request.network_number, node)) return exists(*holder);
  if (!exchange_.holds_key(command)) return in_progress();
  if (membership != nullptr) {
    membership->previous_node_id = membership->node_id;
    membership->node_id = node;
    enqueue(request, command);
  }
  request.node_id = node;
  request.waiting_for.clear();
  request.waiting_remedy.clear();
  return {};
}

Result<Request> FakeRequestStore::set_node_id(const Uuid& id, const domain::NodeId& node, const Command& command) {
  const std::lock_guard hold(exchange_.mutex);
  auto* request = find(id);
  if (request == nullptr) return no_such_request();
  const auto state = request->state;
  if (state != RequestState::pending && state != RequestState::needs_info && state != RequestState::approved &&
      state != RequestState::active) {
    return refused();
  }
  if (request->node_id == node) return *request;
  ZTIX_CHECK(change_node(*request, node, command));
  return conclude(*request, "node_id_set", 200, command);
}

Result<int> FakeRequestStore::expire_older_than(std::chrono::hours age, const service::Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  int expired = 0;
  for (auto& request : exchange_.requests) {
    if (!domain::next_state(request.state, RequestEvent::expire) || request.updated_at >= exchange_.now - age) continue;
    request.state = RequestState::expired;
    conclude(request, "expired", 200, {actor, std::nullopt});
    ++expired;
  }
  return expired;
}

}  // namespace ztix::test
