#include "core/store/drain_store.h"

#include "core/base/crash_point.h"
#include "core/store/audit_store.h"
#include "core/store/freeze_store.h"
#include "core/store/job_store.h"
#include "core/store/last_one.h"
#include "core/store/revision.h"
#include "core/store/route_server_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RouteServerState;
using service::Actor;
using service::DrainOrder;

constexpr std::int64_t kMostSeconds = 86'400;

Status check(const DrainOrder& order) {
  if (order.announce.count() < 0 || order.announce.count() > kMostSeconds) {
    return fail(ErrorCode::out_of_range, "Members are told for 0 to 86400 seconds.").with_fact("field", "seconds");
  }
  return {};
}

Status check_frozen(Transaction& transaction, std::int64_t id) {
  const auto reason = frozen_route_server(transaction, id);
  if (reason.empty()) return {};
  return fail(ErrorCode::conflict, "Frozen: " + reason + ". Lift the freeze first.").with_reason("frozen");
}

void look_now(Transaction& transaction, const std::string& name, const Actor& actor) {
  enqueue_job(transaction, {.kind = "rs.probe",
                            .subject = "route_server:" + name,
                            .want_revision = 0,
                            .priority = 1,
                            .delay = std::chrono::milliseconds(0),
                            .trace_id = actor.trace_id});
}

/// One step of one route server. What it may do is asked again under the lock.
Result<bool> take_step(Transaction& transaction, const Actor& actor, const std::string& name,
                       const std::string& wanted) {
  lock_revisions(transaction);
  for (const auto row : transaction.execute(queries::drain_steps)) {
    if (row.get<std::string>("name") != name) continue;
    if (row.get<std::optional<std::string>>("step") != wanted) return false;
    const auto id = row.get<std::int64_t>("id");
    if (wanted == "over") {
      transaction.execute(queries::drain_over, {id});
    } else if (wanted == "announced") {
      transaction.execute(queries::drain_announced, {id});
      append_audit(transaction, actor, "route_server.shutdown_announced", "route_server", name);
    } else {
      const auto to = wanted == "begin"   ? RouteServerState::draining
                      : wanted == "close" ? RouteServerState::maintenance
                                          : RouteServerState::joining;
      ZTIX_CHECK(change_state(transaction, name, to, actor));
    }
    return true;
  }
  return false;
}

}  // namespace

Status PgDrainStore::drain(const DrainOrder& order, const Actor& actor) {
  ZTIX_CHECK(check(order));
  return database_.transaction([&](Transaction& transaction) -> Status {
    lock_revisions(transaction);
    const auto row = transaction.execute(queries::route_server_lock, {order.route_server}).at_most_one();
    if (!row) {
      return fail(ErrorCode::not_found, "There is no route server " + order.route_server + ".")
          .with_reason("unknown_route_server");
    }
    const auto id = row->get<std::int64_t>("id");
    ZTIX_CHECK(check_frozen(transaction, id));
    const auto state = row->get_enum(domain::kRouteServerStates, "state");
    if (state != RouteServerState::enabled) {
      return fail(ErrorCode::refused_transition,
                  order.route_server + " is " + std::string(to_string(state)) + "; only what is enabled is drained.");
    }
    ZTIX_CHECK(check_not_last_one(transaction, id, order.last_one, order.reason));
    transaction.execute(queries::drain_begin, {id, order.announce.count(), order.reason, actor.name});
    append_audit(transaction, actor, "route_server.drained", "route_server", order.route_server,
                 {{"seconds", std::to_string(order.announce.count())},
                  {"last_one", order.last_one ? "yes" : "no"},
                  {"reason", order.reason}});
    return {};
  });
}

Status PgDrainStore::give_back(const std::string& route_server, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    lock_revisions(transaction);
    const auto row = transaction.execute(queries::route_server_lock, {route_server}).at_most_one();
    if (!row) {
      return fail(ErrorCode::not_found, "There is no route server " + route_server + ".")
          .with_reason("unknown_route_server");
    }
    const auto id = row->get<std::int64_t>("id");
    const auto state = row->get_enum(domain::kRouteServerStates, "state");
    ZTIX_CHECK(check_frozen(transaction, id));
    const bool is_out = state == RouteServerState::draining || state == RouteServerState::maintenance;
    const bool is_ordered = !transaction.execute(queries::drain_is_ordered, {id}).empty();
    if (!is_out && !(state == RouteServerState::enabled && is_ordered)) {
      return fail(ErrorCode::refused_transition,
                  route_server + " is " + std::string(to_string(state)) + "; only what was drained returns.");
    }
    transaction.execute(queries::drain_give_back, {id, actor.name});
    look_now(transaction, route_server, actor);
    append_audit(transaction, actor, "route_server.return_ordered", "route_server", route_server);
    return {};
  });
}

Result<std::vector<service::Drain>> PgDrainStore::drains() {
  return database_.read([&](Session& session) -> Result<std::vector<service::Drain>> {
    std::vector<service::Drain> all;
    for (const auto row : session.execute(queries::drain_list)) {
      all.push_back({row.get<std::string>("name"), row.get_enum(domain::kRouteServerStates, "state"),
                     std::chrono::seconds(row.get<std::int64_t>("seconds")),
                     row.get<std::optional<Timestamp>>("announced_at"),
                     row.get<std::optional<Timestamp>>("returning_at"), row.get<std::string>("reason"),
                     row.get<std::string>("set_by")});
    }
    return all;
  });
}

Result<int> PgDrainStore::advance(const Actor& actor) {
  using Steps = std::vector<std::pair<std::string, std::string>>;
  ZTIX_ASSIGN(const auto steps, database_.read([](Session& session) -> Result<Steps> {
    Steps all;
    for (const auto row : session.execute(queries::drain_steps)) {
      if (const auto step = row.get<std::optional<std::string>>("step")) {
        all.emplace_back(row.get<std::string>("name"), *step);
      }
    }
    return all;
  }));
  int moved = 0;
  for (const auto& [name, step] : steps) {
    crash_point("drain-step.before");
    ZTIX_ASSIGN(const bool done,
                database_.transaction([&, &name = name, &step = step](Transaction& transaction) -> Result<bool> {
                  return take_step(transaction, actor, name, step);
                }));
    if (done) crash_point("drain-step.after");
    moved += done ? 1 : 0;
  }
  return moved;
}

}  // namespace ztix::store
