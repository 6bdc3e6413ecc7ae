#include "core/store/freeze_store.h"

#include "core/base/crash_point.h"
#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::FreezeScope;
using service::Actor;
using service::Freeze;
using service::NewFreeze;

/// At most one of the two is set, as the scope says.
struct Subject {
  std::optional<std::int64_t> network;
  std::optional<std::int64_t> route_server;
};

Result<Subject> subject_of(Transaction& transaction, FreezeScope scope, const std::string& name) {
  if (scope == FreezeScope::all) return Subject{};
  if (scope == FreezeScope::network) {
    const auto row = transaction.execute(queries::freeze_subject_network, {name}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "There is no network " + name + ".").with_reason("unknown_network");
    return Subject{row->get<std::int64_t>("number"), std::nullopt};
  }
  const auto row = transaction.execute(queries::freeze_subject_route_server, {name}).at_most_one();
  if (!row) {
    return fail(ErrorCode::not_found, "There is no route server " + name + ".").with_reason("unknown_route_server");
  }
  return Subject{std::nullopt, row->get<std::int64_t>("id")};
}

void audit(Transaction& transaction, const Actor& actor, const std::string& action, const NewFreeze& freeze) {
  std::map<std::string, std::string> facts{{"scope", std::string(to_string(freeze.scope))}};
  if (!freeze.reason.empty()) facts.emplace("reason", freeze.reason);
  if (freeze.until) facts.emplace("until", to_rfc3339(*freeze.until));
  append_audit(transaction, actor, action, "freeze", freeze.subject.empty() ? "all" : freeze.subject, facts);
}

std::string reason_of(const Rows& rows) {
  const auto row = rows.at_most_one();
  return row ? row->get<std::string>("reason") : std::string();
}

}  // namespace

std::string frozen_network(Session& session, int network_number) {
  return reason_of(session.execute(queries::freeze_of_network, {network_number}));
}

std::string frozen_route_server(Session& session, std::int64_t route_server_id) {
  return reason_of(session.execute(queries::freeze_of_route_server, {route_server_id}));
}

Result<Freeze> PgFreezeStore::set(const NewFreeze& freeze, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Freeze> {
    ZTIX_ASSIGN(const auto subject, subject_of(transaction, freeze.scope, freeze.subject));
    const auto row = transaction
                         .execute(queries::freeze_set, {freeze.scope, subject.network, subject.route_server,
                                                        freeze.until, freeze.reason, actor.name})
                         .one();
    audit(transaction, actor, "freeze.set", freeze);
    return Freeze{row.get<std::int64_t>("id"), freeze, row.get<Timestamp>("set_at"), actor.name};
  });
}

Status PgFreezeStore::lift(FreezeScope scope, const std::string& subject_name, const Actor& actor) {
  crash_point("freeze-lift.before");
  const auto done = database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_ASSIGN(const auto subject, subject_of(transaction, scope, subject_name));
    const auto lifted =
        transaction.execute(queries::freeze_lift, {scope, subject.network, subject.route_server, actor.name});
    if (lifted.empty()) {
      return fail(ErrorCode::not_found, "There is no such freeze; `ztix freeze show` lists those that hold.")
          .with_reason("not_frozen");
    }
    audit(transaction, actor, "freeze.lifted", {scope, subject_name, std::nullopt, ""});
    transaction.execute(queries::freeze_wake);
    return {};
  });
  crash_point("freeze-lift.after");
  return done;
}

Result<std::vector<Freeze>> PgFreezeStore::active() {
  return database_.read([&](Session& session) -> Result<std::vector<Freeze>> {
    std::vector<Freeze> all;
    for (const auto row : session.execute(queries::freeze_active)) {
      all.push_back({row.get<std::int64_t>("id"),
                     {row.get_enum(domain::kFreezeScopes, "scope"), row.get<std::string>("subject"),
                      row.get<std::optional<Timestamp>>("until"), row.get<std::string>("reason")},
                     row.get<Timestamp>("set_at"),
                     row.get<std::string>("set_by")});
    }
    return all;
  });
}

}  // namespace ztix::store
