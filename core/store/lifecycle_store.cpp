#include "core/store/lifecycle_store.h"

#include <map>
#include <optional>
#include <stdexcept>

#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/delivery.h"
#include "core/store/idempotency_store.h"
#include "core/store/job_store.h"
#include "core/store/request_store_read.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::AdminState;
using domain::RequestEvent;
using domain::RequestState;
using service::ClearedBy;
using service::Command;
using service::Departure;
using service::Request;

constexpr int kOk = 200;
constexpr int kUrgent = 0;
constexpr int kNormal = 1;

/// A request whose row is locked, with its membership's, until the transaction ends.
struct Locked {
  Uuid request;
  domain::Asn asn;
  int network = 0;
  RequestState state = RequestState::pending;
  std::int64_t membership = 0;
  domain::Desired desired = domain::Desired::present;
  bool suspended = false;
  std::optional<Departure> departure;
};

Error refused(std::string message, RequestState state) {
  return fail(ErrorCode::refused_transition, std::move(message)).with_fact("status", to_string(state));
}

std::optional<Departure> read_departure(const Row& row) {
  if (row.is_null("departure")) return std::nullopt;
  return row.get_enum(service::kDepartures, "departure");
}

/// Revisions first: every transaction that locks rows of requests as well does it in that order.
Result<Locked> lock(Transaction& transaction, const Uuid& id) {
  lock_revisions(transaction);
  const auto request = transaction.execute(queries::lifecycle_lock, {id}).at_most_one();
  if (!request) return fail(ErrorCode::not_found, "No such request.");
  const auto state = request->get_enum(domain::kRequestStates, "state");
  const auto membership = transaction.execute(queries::lifecycle_lock_membership, {id}).at_most_one();
  if (!membership) return refused("The request is " + std::string(to_string(state)) + ": it has no membership.", state);
  return Locked{id,
                request->get<domain::Asn>("asn"),
                request->get<int>("network"),
                state,
                membership->get<std::int64_t>("id"),
                membership->get_enum(domain::kDesired, "desired"),
                membership->get<bool>("suspended"),
                read_departure(*membership)};
}

/// One whose membership shall be there.
Result<Locked> lock_present(Transaction& transaction, const Uuid& id) {
  ZTIX_ASSIGN(auto locked, lock(transaction, id));
  if (locked.desired == domain::Desired::present) return locked;
  return refused("The membership ends or has ended.", locked.state);
}

void enqueue(Transaction& transaction, const Command& command, const char* kind, std::int64_t membership,
             int priority) {
  enqueue_job(transaction, {.kind = kind,
                            .subject = "membership:" + std::to_string(membership),
                            .want_revision = 0,
                            .priority = priority,
                            .delay = std::chrono::milliseconds(0),
                            .trace_id = command.actor.trace_id});
}

Result<Request> conclude(Transaction& transaction, const Command& command, const std::string& action, const Uuid& id,
                         const std::map<std::string, std::string>& facts) {
  append_audit(transaction, command.actor, action, "request", id.text(), facts);
  ZTIX_CHECK(complete_idempotency(transaction, command, kOk, id.text()));
  return read_request(transaction, id);
}

/// As the newest manifest has it, which may be an older version than the membership's when that one is held.
Result<std::optional<domain::MembershipConfig>> published(Transaction& transaction, std::int64_t membership) {
  const auto row = transaction.execute(queries::lifecycle_published, {std::to_string(membership)}).at_most_one();
  if (!row) return std::optional<domain::MembershipConfig>();
  ZTIX_ASSIGN(auto config, decode_membership(row->get<std::string>("content")));
  return std::optional(std::move(config));
}

/// The suspension lies over the version that is published; one that never was takes it along when it is.
Status publish_suspension(Transaction& transaction, const Command& command, const Locked& locked, bool suspended,
                          const std::string& cause) {
  ZTIX_ASSIGN(auto config, published(transaction, locked.membership));
  if (!config) return {};
  config->suspended = suspended;
  const auto revision = next_revision(transaction, command.actor, cause, {changed(*config)});
  deliver(transaction, command.actor, locked.request, locked.network, revision);
  return {};
}

/// What is written down of its sessions goes with the member: its names may come back to another life.
void add_forgotten_sessions(Transaction& transaction, std::int64_t membership, std::vector<ObjectChange>& changes) {
  for (const auto row : transaction.execute(queries::lifecycle_written_states, {membership})) {
    changes.push_back(changed(row.get<std::int64_t>("route_server"),
                              {membership, row.get_enum(kAddressFamilies, "family"), AdminState::enabled}));
  }
  transaction.execute(queries::lifecycle_forget_states, {membership, std::nullopt});
}

Status unpublish(Transaction& transaction, const Command& command, const Locked& locked, const std::string& cause) {
  ZTIX_ASSIGN(const auto config, published(transaction, locked.membership));
  std::vector<ObjectChange> changes;
  if (config) changes.push_back(removed(*config));
  add_forgotten_sessions(transaction, locked.membership, changes);
  if (!changes.empty()) next_revision(transaction, command.actor, cause, changes);
  const auto removed_in =
      transaction.execute(queries::lifecycle_removed_in, {locked.membership}).one().get<domain::Revision>("removed_in");
  if (removed_in > 0) deliver(transaction, command.actor, locked.request, locked.network, removed_in);
  return {};
}

void tell_people(Transaction& transaction, const Command& command, const Uuid& request, const std::string& reason) {
  if (reason.empty()) return;
  transaction.execute(queries::request_add_message, {request, command.actor.name, "reason", reason});
}

/// An owner's departure takes its time; an administrator may cut it short.
Result<Request> hurry(Transaction& transaction, const Command& command, const Locked& locked,
                      const std::string& reason) {
  transaction.execute(queries::lifecycle_depart, {locked.membership, Departure::urgent});
  tell_people(transaction, command, locked.request, reason);
  enqueue(transaction, command, "member.revoke", locked.membership, kUrgent);
  return conclude(transaction, command, "request.revoked", locked.request, {{"reason", reason}, {"hurried", "true"}});
}

Result<Request> begin_departure(Transaction& transaction, const Command& command, const Locked& locked,
                                Departure departure, const std::string& reason) {
  const bool urgent = departure == Departure::urgent;
  const auto to = domain::next_state(locked.state, RequestEvent::revoke);
  if (!to) return refused("A request that is " + std::string(to_string(locked.state)) + " cannot end.", locked.state);
  transaction.execute(queries::lifecycle_depart, {locked.membership, departure});
  if (transaction.execute(queries::request_transition, {locked.request, locked.state, *to, reason}).empty()) {
    throw std::logic_error("LifecycleStore: a locked request changed its state");
  }
  tell_people(transaction, command, locked.request, reason);
  ZTIX_CHECK(unpublish(transaction, command, locked, urgent ? "membership.revoked" : "membership.left"));
  enqueue(transaction, command, "member.revoke", locked.membership, urgent ? kUrgent : kNormal);
  return conclude(transaction, command, urgent ? "request.revoked" : "request.left", locked.request,
                  {{"reason", reason}});
}

Status check_owner_clears(Transaction& transaction, const Uuid& request) {
  const auto cleared = transaction.execute(queries::lifecycle_owner_clears, {request.text()}).one().get<int>("cleared");
  if (cleared < service::kOwnerClearsPerDay) return {};
  return fail(ErrorCode::rate_limited,
              "The limits of this membership were cleared " + std::to_string(cleared) +
                  " times in the last 24 hours. Reduce what you announce, then ask an administrator to clear them.")
      .with_reason("limit_clears_used_up");
}

struct Tripped {
  std::vector<ObjectChange> changes;
  std::string names;  ///< `rs1 ipv4, rs2 ipv4`
};

Tripped tripped_sessions(Transaction& transaction, std::int64_t membership) {
  Tripped tripped;
  for (const auto row : transaction.execute(queries::lifecycle_tripped, {membership})) {
    const auto family = row.get_enum(kAddressFamilies, "family");
    tripped.changes.push_back(
        changed(row.get<std::int64_t>("route_server"), {membership, family, AdminState::enabled}));
    if (!tripped.names.empty()) tripped.names += ", ";
    tripped.names += row.get<std::string>("name") + " " + std::string(to_string(family));
  }
  return tripped;
}

}  // namespace

Result<Request> PgLifecycleStore::suspend(const Uuid& id, const std::string& reason, const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto locked, lock_present(transaction, id));
    if (locked.suspended) return refused("The member is suspended already.", locked.state);
    transaction.execute(queries::lifecycle_suspend, {locked.membership, reason});
    tell_people(transaction, command, id, reason);
    ZTIX_CHECK(publish_suspension(transaction, command, locked, true, "membership.suspended"));
    enqueue(transaction, command, "member.provision", locked.membership, kUrgent);
    return conclude(transaction, command, "request.suspended", id, {{"reason", reason}});
  });
}

Result<Request> PgLifecycleStore::resume(const Uuid& id, const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto locked, lock_present(transaction, id));
    if (!locked.suspended) return refused("The member is not suspended.", locked.state);
    transaction.execute(queries::lifecycle_suspend, {locked.membership, ""});
    ZTIX_CHECK(publish_suspension(transaction, command, locked, false, "membership.resumed"));
    enqueue(transaction, command, "member.provision", locked.membership, kNormal);
    return conclude(transaction, command, "request.resumed", id, {});
  });
}

Result<Request> PgLifecycleStore::depart(const Uuid& id, Departure departure, const std::string& reason,
                                         const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto locked, lock(transaction, id));
    const bool may_hurry = locked.state == RequestState::revoking && locked.departure == Departure::orderly;
    if (may_hurry && departure == Departure::urgent) return hurry(transaction, command, locked, reason);
    return begin_departure(transaction, command, locked, departure, reason);
  });
}

Result<Request> PgLifecycleStore::clear_limit(const Uuid& id, ClearedBy who, const Command& command) {
  return database_.transaction([&](Transaction& transaction) -> Result<Request> {
    ZTIX_ASSIGN(const auto locked, lock_present(transaction, id));
    const auto tripped = tripped_sessions(transaction, locked.membership);
    if (tripped.changes.empty()) {
      return fail(ErrorCode::conflict, "No session of this member is down because of its limit.")
          .with_reason("no_limit_tripped");
    }
    if (who == ClearedBy::owner) ZTIX_CHECK(check_owner_clears(transaction, id));
    transaction.execute(queries::lifecycle_forget_states, {locked.membership, AdminState::limit_tripped});
    const auto revision = next_revision(transaction, command.actor, "session.limit_cleared", tripped.changes);
    deliver(transaction, command.actor, id, locked.network, revision);
    return conclude(transaction, command, "session.limit_cleared", id,
                    {{"sessions", tripped.names}, {"by", who == ClearedBy::owner ? "owner" : "administrator"}});
  });
}

}  // namespace ztix::store
