#include "core/store/apply_store.h"

#include <algorithm>

#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/departure_store.h"
#include "core/store/freeze_store.h"
#include "core/store/host_probe_json.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
#include "core/store/membership_hold.h"
#include "core/store/membership_row.h"
#include "core/store/request_progress.h"
#include "core/store/revision.h"
#include "core/store/route_server_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::ConfigSnapshot;
using domain::RequestEvent;
using domain::Revision;
using domain::RouteServerState;
using service::Actor;
using service::ApplySubject;
using service::Hold;
using service::Job;
using service::RenderedRoot;

Error unknown(const std::string& name) {
  return fail(ErrorCode::not_found, "There is no route server " + name + ".").with_reason("unknown_route_server");
}

Result<Row> find(Session& session, const std::string& name) {
  auto row = session.execute(queries::apply_route_server, {name}).at_most_one();
  if (!row) return unknown(name);
  return *row;
}

service::RouteServerEndpoint read_endpoint(const Row& row) {
  return {row.get<std::string>("name"), row.get<std::string>("ssh_host"), row.get<std::uint16_t>("ssh_port"),
          row.get<std::string>("ssh_user"), row.get<std::string>("host_key")};
}

std::optional<RenderedRoot> find_root_row(Session& session, const std::string& name, const std::string& digest) {
  const auto row = session.execute(queries::apply_find_root, {name, digest}).at_most_one();
  if (!row) return std::nullopt;
  return RenderedRoot{row->get<Revision>("revision"), row->get<std::string>("file_digest"),
                      row->get<std::string>("config_digest"), row->get<bool>("quarantined")};
}

std::optional<RenderedRoot> read_confirmed(const Row& row) {
  const auto revision = row.get<Revision>("confirmed_revision");
  if (revision == 0) return std::nullopt;
  return RenderedRoot{revision, row.get<std::string>("confirmed_file"), row.get<std::string>("confirmed_digest"),
                      false};
}

/// The route server says what it has, its manifest what it shall have.
Result<ApplySubject> read_subject(Session& session, DecodedMemberships& memberships, const std::string& name) {
  const auto installation = session.execute(queries::apply_installation).at_most_one();
  if (!installation) return fail(ErrorCode::not_found, "The exchange is not set up yet: run `ztix setup`.");
  ZTIX_ASSIGN(const auto row, find(session, name));
  const auto target = session.execute(queries::apply_target).one();
  ZTIX_ASSIGN(auto newest,
              read_snapshot(session, memberships, row.get<std::int64_t>("id"), target.get<Revision>("revision")));
  return ApplySubject{installation->get<Uuid>("id"),
                      read_endpoint(row),
                      row.get_enum(domain::kRouteServerStates, "state"),
                      read_confirmed(row),
                      row.get<std::string>("take_over_reason"),
                      std::move(newest),
                      frozen_route_server(session, row.get<std::int64_t>("id")),
                      target.get<bool>("is_step"),
                      target.get<Revision>("highest")};
}

std::vector<Uuid> lock_waiting_requests(Transaction& transaction, std::int64_t route_server_id) {
  std::vector<Uuid> ids;
  for (const auto row : transaction.execute(queries::apply_lock_waiting_requests, {route_server_id})) {
    ids.push_back(row.get<Uuid>("id"));
  }
  return ids;
}

void audit_confirmed(Transaction& transaction, const Actor& actor, const Row& before, const RenderedRoot& root) {
  const auto name = before.get<std::string>("name");
  if (before.get<Revision>("confirmed_revision") != root.revision) {
    append_audit(transaction, actor, "route_server.confirmed", "route_server", name,
                 {{"revision", std::to_string(root.revision)}, {"config_digest", root.config_digest}});
  }
  if (const auto reason = before.get<std::string>("take_over_reason"); !reason.empty()) {
    append_audit(transaction, actor, "route_server.taken_over", "route_server", name, {{"reason", reason}});
  }
  if (before.get_enum(domain::kRouteServerStates, "state") == RouteServerState::joining) {
    append_audit(transaction, actor, "route_server.enabled", "route_server", name);
  }
}

// Requests and memberships are locked before the route server's row, as everywhere, and completeness is judged in a
// statement of its own: of two route servers that confirm at once the second one sees the first.
Status confirm(Transaction& transaction, const Actor& actor, const std::string& name, const RenderedRoot& root) {
  ZTIX_ASSIGN(const auto before, find(transaction, name));
  const auto id = before.get<std::int64_t>("id");
  const auto previous = before.get<Revision>("confirmed_revision");
  const auto waiting = lock_waiting_requests(transaction, id);
  transaction.execute(queries::apply_confirm_versions, {id, root.revision, previous});
  transaction.execute(queries::apply_record_confirmed, {id, root.revision, root.file_digest, root.config_digest});
  transaction.execute(queries::apply_confirm_new_members, {id, root.revision, previous});
  transaction.execute(queries::apply_confirm_waiting, {id, root.revision});
  audit_confirmed(transaction, actor, before, root);
  settle_departures(transaction, actor, id, name, root.revision);
  evaluate_locked_requests(transaction, actor, waiting);
  return {};
}

void tell_all_route_servers(Transaction& transaction, const Actor& actor, Revision revision) {
  std::vector<std::int64_t> ids;
  for (const auto row : transaction.execute(queries::apply_route_servers)) {
    ids.push_back(row.get<std::int64_t>("id"));
    if (!row.get<bool>("takes_applies")) continue;
    enqueue_job(transaction, apply_job(row.get<std::string>("name"), revision, actor));
  }
  std::sort(ids.begin(), ids.end());
  transaction.execute(queries::revision_wanted, {ids, revision});
}

}  // namespace

Result<ApplySubject> PgApplyStore::subject(const std::string& route_server) {
  return database_.read([&](Session& session) { return read_subject(session, memberships_, route_server); });
}

Result<ConfigSnapshot> PgApplyStore::snapshot(const std::string& route_server, Revision revision) {
  return database_.read([&](Session& session) -> Result<ConfigSnapshot> {
    ZTIX_ASSIGN(const auto row, find(session, route_server));
    return read_snapshot(session, memberships_, row.get<std::int64_t>("id"), revision);
  });
}

Result<std::optional<RenderedRoot>> PgApplyStore::find_root(const std::string& route_server,
                                                            const std::string& digest) {
  return database_.read([&](Session& session) -> Result<std::optional<RenderedRoot>> {
    return find_root_row(session, route_server, digest);
  });
}

Status PgApplyStore::record_root(const Job& job, const std::string& route_server, const RenderedRoot& root) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    ZTIX_ASSIGN(const auto row, find(transaction, route_server));
    transaction.execute(queries::apply_record_root,
                        {row.get<std::int64_t>("id"), root.revision, root.file_digest, root.config_digest});
    return {};
  });
}

Status PgApplyStore::record_probe(const Job& job, const std::string& route_server, const service::HostProbe& probe) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    ZTIX_ASSIGN(const auto row, find(transaction, route_server));
    const bool new_version = !probe.bird_version.empty() && probe.bird_version != row.get<std::string>("bird_version");
    if (new_version) lock_revisions(transaction);
    const auto version = probe.bird_version.empty() ? std::nullopt : std::optional(probe.bird_version);
    transaction.execute(queries::apply_record_probe, {row.get<std::int64_t>("id"), encode(probe), version});
    if (probe.bird_up) transaction.execute(queries::rollout_answered, {row.get<std::int64_t>("id"), probe.armed});
    if (new_version) {
      next_revision(transaction, actor, "route_server.bird_version",
                    {changed(read_route_server(transaction, route_server)->config)});
    }
    return {};
  });
}

Status PgApplyStore::record_progress(const Job& job, const std::string& route_server,
                                     const service::ApplyProgress& progress) {
  return database_.write([&](Session& session) -> Status {
    const auto rows = session.execute(
        queries::apply_record_progress,
        {job.id, job.fence, route_server, progress.step, progress.state, progress.revision, progress.error});
    if (rows.empty()) return fail(ErrorCode::fenced, "Another worker has taken this job over.");
    return {};
  });
}

Status PgApplyStore::record_confirmed(const Job& job, const std::string& route_server, const RenderedRoot& root) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) {
    return confirm(transaction, actor, route_server, root);
  });
}

Result<Revision> PgApplyStore::hold_membership(const Job& job, const Hold& hold) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) {
    return hold_back(transaction, actor, hold);
  });
}

Result<std::int64_t> PgApplyStore::raise_fence(const Job& job, const std::string& route_server,
                                               std::int64_t host_fence) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Result<std::int64_t> {
    const auto row = transaction.execute(queries::apply_raise_fence, {route_server, host_fence}).at_most_one();
    if (!row) return unknown(route_server);
    const auto fence = row->get<std::int64_t>("fence");
    append_audit(transaction, actor, "route_server.fence_raised", "route_server", route_server,
                 {{"host_fence", std::to_string(host_fence)}, {"fence", std::to_string(fence)}});
    return fence;
  });
}

Status PgApplyStore::raise_revision_above(Revision highest_on_host) {
  const Actor worker{service::ActorKind::worker, std::nullopt, "worker", "", ""};
  return database_.transaction([&](Transaction& transaction) -> Status {
    lock_revisions(transaction);
    const auto row =
        transaction
            .execute(queries::revision_insert_above, {highest_on_host, worker.name, "revision.raised_above_hosts"})
            .at_most_one();
    if (!row) return {};
    const auto revision = row->get<Revision>("revision");
    tell_all_route_servers(transaction, worker, revision);
    append_audit(transaction, worker, "revision.raised", "revision", std::to_string(revision),
                 {{"highest_on_host", std::to_string(highest_on_host)}});
    return {};
  });
}

Result<Revision> PgApplyStore::publish_release(const domain::PolicyDefinition& policy,
                                               const std::string& template_digest, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Revision> {
    std::vector<ObjectChange> changes{changed_templates(template_digest)};
    // What did harm and was taken back is not published again just because it is missing.
    auto change = changed(policy);
    const auto undone =
        transaction.execute(queries::rollout_undone_because, {change.kind, change.subject, change.content});
    if (undone.empty()) changes.push_back(std::move(change));
    return next_revision(transaction, actor, "release.published", changes);
  });
}

}  // namespace ztix::store
