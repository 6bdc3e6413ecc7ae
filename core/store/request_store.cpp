#include "core/store/request_store.h"

#include <map>
#include <optional>
#include <stdexcept>

#include "core/domain/prefix_limit.h"
#include "core/store/audit_store.h"
#include "core/store/idempotency_store.h"
#include "core/store/job_store.h"
#include "core/store/request_store_read.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using service::Command;
using service::NewRequest;
using service::Request;

constexpr int kCreated = 201;
constexpr int kOk = 200;
constexpr const char* kNodeRemedy = "Its owner has to name the ZeroTier node id of the router.";

/// The row of a request while its lock is held.
struct LockedRequest {
  Uuid id;
  domain::Asn asn;
  int network;
  std::optional<domain::NodeId> node_id;
  RequestState state;
  bool ipv4;
  std::optional<std::int64_t> membership;
  Uuid requested_by;
};

Result<LockedRequest> lock_request(Transaction& transaction, const Uuid& id) {
  const auto row = transaction.execute(queries::request_lock, {id}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such request.");
  return LockedRequest{row->get<Uuid>("id"),
                       row->get<domain::Asn>("asn"),
                       row->get<int>("network"),
                       row->get<std::optional<domain::NodeId>>("node_id"),
                       row->get_enum(domain::kRequestStates, "state"),
                       row->get<bool>("ipv4"),
                       row->get<std::optional<std::int64_t>>("membership"),
                       row->get<Uuid>("requested_by")};
}

/// The row is locked and its state was checked, so the guard of the UPDATE cannot have failed.
void expect_changed(const Rows& rows) {
  if (rows.size() != 1) throw std::logic_error("RequestStore: a locked request changed its state");
}

Error refused(RequestState state, std::string_view what) {
  return fail(ErrorCode::refused_transition, "The request is " + std::string(to_string(state)) +
                                                 ", so this is not possible: " + std::string(what) + ".")
      .with_fact("status", to_string(state));
}

Error node_in_use() {
  return fail(ErrorCode::conflict, "This ZeroTier node is in use on this network.").with_reason("node_id_in_use");
}

Error node_was_removed() {
  return fail(ErrorCode::conflict,
              "This node was removed from the network before. Letting it in again takes a person: make a new request.")
      .with_reason("node_was_removed")
      .with_fact("field", "node_id");
}

bool names_used_node(const DbFailure& failure) {
  return failure.violates("membership_live_node") || failure.violates("membership_foreign_node");
}

Error slot_taken(const std::optional<Row>& holder) {
  auto error = fail(ErrorCode::conflict, "There is an open request for this ASN, network and node already.")
                   .with_reason("request_exists");
  if (holder) return std::move(error).with_fact("request_id", holder->get<Uuid>("id").text());
  return error;
}

std::optional<Row> open_request(Session& session, domain::Asn asn, int network,
                                const std::optional<domain::NodeId>& node) {
  return session.execute(queries::request_open, {asn, network, node}).at_most_one();
}

bool node_taken(Session& session, int network, const domain::NodeId& node) {
  return session.execute(queries::request_node_taken, {network, node}).one().get<bool>("taken");
}

void enqueue_provisioning(Transaction& transaction, std::int64_t membership, const Command& command) {
  service::NewJob job;
  job.kind = "member.provision";
  job.subject = "membership:" + std::to_string(membership);
  job.trace_id = command.actor.trace_id;
  enqueue_job(transaction, job);
}

void audit_request(Transaction& transaction, const Command& command, const std::string& verb, const Uuid& id,
                   const std::map<std::string, std::string>& facts = {}) {
  append_audit(transaction, command.actor, "request." + verb, "request", id.text(), facts);
}

/// What every change ends with.
Result<Request> conclude(Transaction& transaction, const Command& command, int status, const Uuid& id) {
  ZTIX_CHECK(complete_idempotency(transaction, command, status, id.text()));
  return read_request(transaction, id);
}

/// How one event of `transition` is recorded.
struct EventRecord {
  const char* verb;          ///< in the audit: `request.<verb>`
  const char* message_kind;  ///< of the text, where people shall read it; nullptr = nowhere
  bool sets_reason;
};

EventRecord record_of(RequestEvent event) {
  switch (event) {
    case RequestEvent::reject:
      return {"rejected", "reason", true};
    case RequestEvent::ask:
      return {"asked", "question", false};
    case RequestEvent::answer:
      return {"answered", "answer", false};
    case RequestEvent::withdraw:
      return {"withdrawn", nullptr, true};
    case RequestEvent::expire:
      return {"expired", nullptr, false};
    case RequestEvent::retry:
      return {"retried", nullptr, true};
    case RequestEvent::approve:
    case RequestEvent::start:
    case RequestEvent::succeed:
    case RequestEvent::fail:
    case RequestEvent::converge:
    case RequestEvent::revoke:
    case RequestEvent::done:
      break;
  }
  throw std::logic_error("RequestStore::transition: an event with a call of its own");
}

std::int64_t create_membership(Transaction& transaction, const LockedRequest& request, int sequence) {
  const auto limit = [](AddressFamily family) { return domain::PrefixLimit::standard(family).max(); };
  const bool waits = !request.node_id;
  return transaction
      .execute(queries::membership_create,
               {request.network, request.asn, sequence, request.node_id, request.ipv4, limit(AddressFamily::ipv4),
                limit(AddressFamily::ipv6), waits ? "awaiting_node_id" : "", waits ? kNodeRemedy : ""})
      .one()
      .get<std::int64_t>("id");
}

Result<int> free_sequence(Transaction& transaction, const LockedRequest& request) {
  transaction.execute(queries::membership_lock_sequences, {request.network, request.asn});
  const auto sequence = transaction.execute(queries::membership_free_sequence, {request.network, request.asn})
                            .one()
                            .get<std::optional<int>>("sequence");
  if (sequence) return *sequence;
  return fail(ErrorCode::out_of_range, "This ASN has no free router number on this network.")
      .with_reason("router_sequence_exhausted");
}

/// The node that is configured now loses its authorisation, so one change has to end before the next begins.
Status change_membership_node(Transaction& transaction, std::int64_t membership, const domain::NodeId& node) {
  const auto row = transaction.execute(queries::membership_lock, {membership}).one();
  if (row.get<std::optional<std::string>>("previous_node_id")) {
    return fail(ErrorCode::conflict, "The last change of the node is not finished yet. Try again in a moment.")
        .with_reason("change_running");
  }
  transaction.execute(queries::membership_set_node, {membership, node});
  return {};
}

Status change_node(Transaction& transaction, const LockedRequest& request, const domain::NodeId& node,
                   const Command& command) {
  if (node_taken(transaction, request.network, node)) return node_in_use();
  if (request.membership) {
    const auto row = transaction.execute(queries::policy_node_refused, {request.id, request.network, node}).one();
    if (row.get<bool>("refused")) return node_was_removed();
    ZTIX_CHECK(change_membership_node(transaction, *request.membership, node));
    enqueue_provisioning(transaction, *request.membership, command);
  }
  transaction.execute(queries::request_set_node, {request.id, node});
  audit_request(transaction, command, "node_id_set", request.id,
                {{"node_id", node.text()}, {"previous", request.node_id ? request.node_id->text() : ""}});
  return {};
}

bool may_set_node(RequestState state) {
  return state == RequestState::pending || state == RequestState::needs_info || state == RequestState::approved ||
         state == RequestState::active;
}

}  // namespace

Result<Request> PgRequestStore::create(const NewRequest& request, const Command& command) {
  if (!command.actor.user_id) throw std::logic_error("RequestStore::create: a request belongs to a user");
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    const auto network = transaction.execute(queries::request_network, {request.zt_network_id}).at_most_one();
    if (!network) {
      return fail(ErrorCode::not_found, "There is no network " + request.zt_network_id.text() + ".")
          .with_reason("unknown_network")
          .with_fact("zt_network_id", request.zt_network_id.text());
    }
    const auto number = network->get<int>("number");
    if (const auto holder = open_request(transaction, request.asn, number, request.node_id)) return slot_taken(holder);
    if (request.node_id && node_taken(transaction, number, *request.node_id)) return node_in_use();
    const auto made = transaction
                          .execute(queries::request_create, {request.asn, number, request.node_id, request.ipv4,
                                                             request.note, command.actor.user_id})
                          .at_most_one();
    if (!made) return slot_taken(open_request(transaction, request.asn, number, request.node_id));
    const auto id = made->get<Uuid>("id");
    audit_request(transaction, command, "created", id,
                  {{"asn", request.asn.text()},
                   {"zt_network_id", request.zt_network_id.text()},
                   {"node_id", request.node_id ? request.node_id->text() : ""}});
    return conclude(transaction, command, kCreated, id);
  });
}

Result<Request> PgRequestStore::request(const Uuid& id) {
  return database_.read([&](Session& session) { return read_request(session, id); });
}

Result<service::Paged<Request>> PgRequestStore::list(const service::RequestFilter& filter, const service::Page& page) {
  return database_.read([&](Session& session) { return read_requests(session, filter, page); });
}

Result<Request> PgRequestStore::transition(const Uuid& id, RequestEvent event, const std::string& text,
                                           const Command& command) {
  const auto record = record_of(event);
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto request, lock_request(transaction, id));
    const auto to = domain::next_state(request.state, event);
    if (!to) return refused(request.state, to_string(event));
    const auto reason = record.sets_reason ? std::optional(event == RequestEvent::retry ? "" : text) : std::nullopt;
    expect_changed(transaction.execute(queries::request_transition, {id, request.state, *to, reason}));
    if (record.message_kind != nullptr) {
      transaction.execute(queries::request_add_message, {id, command.actor.name, record.message_kind, text});
    }
    if (event == RequestEvent::retry) {
      transaction.execute(queries::membership_release_hold, {request.membership});
      enqueue_provisioning(transaction, request.membership.value(), command);
    }
    audit_request(transaction, command, record.verb, id, {{"text", text}});
    return conclude(transaction, command, kOk, id);
  });
}

Result<Request> PgRequestStore::approve(const Uuid& id, const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto request, lock_request(transaction, id));
    if (!domain::next_state(request.state, RequestEvent::approve)) return refused(request.state, "approve");
    ZTIX_ASSIGN(const auto sequence, free_sequence(transaction, request));
    std::int64_t membership = 0;
    try {
      membership = create_membership(transaction, request, sequence);
    } catch (const DbFailure& failure) {
      if (names_used_node(failure)) return node_in_use();
      throw;
    }
    expect_changed(transaction.execute(queries::request_approve, {id, membership}));
    enqueue_provisioning(transaction, membership, command);
    std::map<std::string, std::string> facts{{"membership", std::to_string(membership)},
                                             {"router_sequence", std::to_string(sequence)}};
    // An exchange with one administrator lets him approve his own request; the log says so for ever.
    if (command.actor.user_id == request.requested_by) facts["self_approved"] = "true";
    audit_request(transaction, command, "approved", id, facts);
    return conclude(transaction, command, kOk, id);
  });
}

Result<Request> PgRequestStore::set_node_id(const Uuid& id, const domain::NodeId& node, const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto request, lock_request(transaction, id));
    if (!may_set_node(request.state)) return refused(request.state, "set the node id");
    if (request.node_id == node) return conclude(transaction, command, kOk, id);
    try {
      ZTIX_CHECK(change_node(transaction, request, node, command));
    } catch (const DbFailure& failure) {
      if (names_used_node(failure)) return node_in_use();
      if (failure.violates("request_open_slot")) return slot_taken(std::nullopt);
      throw;
    }
    return conclude(transaction, command, kOk, id);
  });
}

Result<int> PgRequestStore::expire_older_than(std::chrono::hours age, const service::Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<int> {
    const auto expired = transaction.execute(queries::request_expire, {age.count()});
    for (const auto& row : expired) {
      append_audit(transaction, actor, "request.expired", "request", row.get<Uuid>("id").text(), {});
    }
    return static_cast<int>(expired.size());
  });
}

}  // namespace ztix::store
