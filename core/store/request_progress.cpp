#include "core/store/request_progress.h"

#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using service::Actor;

/// The past participle for the audit: `request.activated`. Only the worker's events come here.
std::string action_of(RequestEvent event) {
  switch (event) {
    case RequestEvent::start:
      return "request.started";
    case RequestEvent::succeed:
    case RequestEvent::converge:
      return "request.activated";
    case RequestEvent::fail:
      return "request.failed";
    case RequestEvent::done:
      return "request.ended";
    case RequestEvent::approve:
    case RequestEvent::reject:
    case RequestEvent::ask:
    case RequestEvent::answer:
    case RequestEvent::withdraw:
    case RequestEvent::expire:
    case RequestEvent::retry:
    case RequestEvent::revoke:
      break;
  }
  throw std::logic_error("apply_event: not an event of the worker");
}

LockedRequest read_locked(const Row& row) {
  return {row.get<Uuid>("id"), row.get_enum(domain::kRequestStates, "state")};
}

std::vector<Uuid> ids_of(const Rows& rows) {
  std::vector<Uuid> ids;
  for (const auto row : rows) ids.push_back(row.get<Uuid>("id"));
  return ids;
}

/// Planning progress_complete and progress_stuck costs far more than most looks need.
struct Open {
  std::vector<Uuid> may_be_complete;
  std::vector<Uuid> may_be_stuck;
};

Result<Open> read_open(Database& database) {
  return database.read([](Session& session) -> Result<Open> {
    Open open;
    for (const auto row : session.execute(queries::progress_open)) {
      if (row.get<bool>("may_be_complete")) open.may_be_complete.push_back(row.get<Uuid>("id"));
      if (row.get<bool>("may_be_stuck")) open.may_be_stuck.push_back(row.get<Uuid>("id"));
    }
    return open;
  });
}

/// Which of `requests` the query finds; it is not asked about none.
Result<std::vector<Uuid>> find(Database& database, const Query& query, const std::vector<Uuid>& requests) {
  if (requests.empty()) return std::vector<Uuid>();
  return database.read(
      [&](Session& session) -> Result<std::vector<Uuid>> { return ids_of(session.execute(query, {requests})); });
}

Result<int> evaluate_one(Database& database, const Actor& actor, const Uuid& id) {
  return database.transaction([&](Transaction& transaction) -> Result<int> {
    transaction.execute(queries::request_lock, {id});
    return evaluate_locked_requests(transaction, actor, {id});
  });
}

/// Under the lock the job is looked at once more: it may have been retried or revived meanwhile.
Status fail_stuck(Database& database, const Actor& actor, const Uuid& id) {
  return database.transaction([&](Transaction& transaction) -> Status {
    transaction.execute(queries::request_lock, {id});
    const auto rows = transaction.execute(queries::progress_stuck, {std::vector{id}});
    if (rows.empty()) return {};
    return apply_event(transaction, actor, read_locked(rows[0]), RequestEvent::fail, rows[0].get<std::string>("cause"));
  });
}

}  // namespace

Result<LockedRequest> lock_request_of(Transaction& transaction, std::int64_t membership_id) {
  const auto row = transaction.execute(queries::progress_lock_of_membership, {membership_id}).at_most_one();
  if (!row) return fail(ErrorCode::not_found, "No such membership.").with_detail(std::to_string(membership_id));
  return read_locked(*row);
}

Status apply_event(Transaction& transaction, const Actor& actor, const LockedRequest& request, RequestEvent event,
                   const std::string& reason) {
  const auto to = domain::next_state(request.state, event);
  if (!to) {
    return fail(ErrorCode::refused_transition, "A request that is " + std::string(to_string(request.state)) +
                                                   " does not take " + std::string(to_string(event)) + ".");
  }
  const auto new_reason = reason.empty() && *to != RequestState::active ? std::nullopt : std::optional(reason);
  if (transaction.execute(queries::request_transition, {request.id, request.state, *to, new_reason}).empty()) {
    throw std::logic_error("apply_event: the request was not locked");
  }
  std::map<std::string, std::string> facts{{"from", std::string(to_string(request.state))},
                                           {"to", std::string(to_string(*to))}};
  if (!reason.empty()) facts.emplace("reason", reason);
  append_audit(transaction, actor, action_of(event), "request", request.id.text(), facts);
  return {};
}

int evaluate_locked_requests(Transaction& transaction, const Actor& actor, const std::vector<Uuid>& requests) {
  int activated = 0;
  for (const auto row : transaction.execute(queries::progress_complete, {requests})) {
    const auto request = read_locked(row);
    const auto event = request.state == RequestState::failed ? RequestEvent::converge : RequestEvent::succeed;
    if (apply_event(transaction, actor, request, event, "")) ++activated;
  }
  return activated;
}

Result<int> evaluate_all_requests(Database& database, const Actor& actor) {
  ZTIX_ASSIGN(const auto open, read_open(database));
  ZTIX_ASSIGN(const auto complete, find(database, queries::progress_complete, open.may_be_complete));
  int activated = 0;
  for (const auto& id : complete) {
    ZTIX_ASSIGN(const auto one, evaluate_one(database, actor, id));
    activated += one;
  }
  ZTIX_ASSIGN(const auto stuck, find(database, queries::progress_stuck, open.may_be_stuck));
  for (const auto& id : stuck) ZTIX_CHECK(fail_stuck(database, actor, id));
  return activated;
}

}  // namespace ztix::store
