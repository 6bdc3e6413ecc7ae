#include "core/store/apply_store.h"
#include "core/store/audit_store.h"
#include "core/store/drift_store.h"
#include "core/store/job_transaction.h"
#include "core/store/revision.h"
#include "generated/queries.h"

/// What an apply and a look at a host have in common to write down.

namespace ztix::store {
namespace {

using service::Actor;
using service::Job;
using service::TrippedSession;

/// False when it was on record already.
bool write_down(Transaction& transaction, const Actor& actor, std::int64_t route_server_id,
                const std::string& route_server, const TrippedSession& session) {
  const auto written = transaction.execute(queries::watch_trip_limit,
                                           {session.membership_id, route_server_id, session.family, session.info});
  if (written.empty()) return false;
  append_audit(transaction, actor, "session.limit_tripped", "membership", std::to_string(session.membership_id),
               {{"route_server", route_server},
                {"session", session.protocol},
                {"family", std::string(to_string(session.family))},
                {"bird", session.info}});
  return true;
}

}  // namespace

Result<bool> PgApplyStore::record_limits(const Job& job, const std::string& route_server,
                                         const std::vector<TrippedSession>& sessions) {
  if (sessions.empty()) return false;
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Result<bool> {
    lock_revisions(transaction);
    const auto server = transaction.execute(queries::apply_route_server, {route_server}).at_most_one();
    if (!server) return fail(ErrorCode::not_found, "There is no route server " + route_server + ".");
    const auto id = server->get<std::int64_t>("id");
    std::vector<ObjectChange> changes;
    for (const auto& session : sessions) {
      if (!write_down(transaction, actor, id, route_server, session)) continue;
      changes.push_back(changed(id, {session.membership_id, session.family, domain::AdminState::limit_tripped}));
    }
    if (changes.empty()) return false;
    next_revision(transaction, actor, "session.limit_tripped", changes);
    return true;
  });
}

Status PgApplyStore::note_drift(const Job& job, const std::string& route_server,
                                const service::Difference& difference) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    see_drift(transaction, actor, "route_server:" + route_server, difference);
    return {};
  });
}

}  // namespace ztix::store
