#include "core/store/apply_store.h"

#include <algorithm>

#include "core/store/audit_store.h"
#include "core/store/host_probe_json.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
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
Result<ApplySubject> read_subject(Session& session, const std::string& name) {
  const auto installation = session.execute(queries::apply_installation).at_most_one();
  if (!installation) return fail(ErrorCode::not_found, "The exchange is not set up yet: run `ztix setup`.");
  ZTIX_ASSIGN(const auto row, find(session, name));
  ZTIX_ASSIGN(auto newest, read_snapshot(session, row.get<std::int64_t>("id"), newest_usable_revision(session)));
  return ApplySubject{installation->get<Uuid>("id"), read_endpoint(row),
                      row.get_enum(domain::kRouteServerStates, "state"), read_confirmed(row), std::move(newest)};
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
  evaluate_locked_requests(transaction, actor, waiting);
  return {};
}

/// What cannot even be rendered has no file to blame.
std::string cause_of(const Hold& hold) {
  if (hold.file.empty()) return hold.message;
  return hold.file + ":" + std::to_string(hold.line) + ": " + hold.message;
}

/// What the manifest says of a held membership: its last confirmed version, or nothing.
Result<ObjectChange> fallback_of(Transaction& transaction, const MembershipRow& membership) {
  const auto subject = std::to_string(membership.id);
  ObjectChange change{"membership", subject, membership.confirmed_version, std::nullopt, membership.network_number,
                      std::nullopt};
  if (membership.confirmed_version == 0) return change;
  const auto row =
      transaction.execute(queries::revision_last_content, {"membership", subject, membership.confirmed_version})
          .at_most_one();
  if (!row) throw std::logic_error("a confirmed version was never published");
  change.content = row->get<std::string>("content");
  return change;
}

void audit_held(Transaction& transaction, const Actor& actor, const Hold& hold) {
  append_audit(transaction, actor, "membership.held", "membership", std::to_string(hold.membership_id),
               {{"version", std::to_string(hold.version)},
                {"file", hold.file},
                {"line", std::to_string(hold.line)},
                {"message", hold.message}});
}

/// Never confirmed: the request fails with the refusal as its cause. Else it stays as it is, flagged.
Status fail_if_never_confirmed(Transaction& transaction, const Actor& actor, const LockedRequest& request,
                               const MembershipRow& membership, const Hold& hold) {
  if (membership.confirmed_version != 0) return {};
  const auto cause = cause_of(hold);
  transaction.execute(queries::apply_fail_delivery, {request.id, cause});
  if (!domain::next_state(request.state, RequestEvent::fail)) return {};
  return apply_event(transaction, actor, request, RequestEvent::fail, cause);
}

Result<Revision> hold_back(Transaction& transaction, const Actor& actor, const Hold& hold) {
  lock_revisions(transaction);
  ZTIX_ASSIGN(const auto request, lock_request_of(transaction, hold.membership_id));
  ZTIX_ASSIGN(const auto membership, lock_membership(transaction, hold.membership_id));
  if (membership.version != hold.version) return newest_revision(transaction);  // a newer one is on its way
  if (membership.confirmed_version >= hold.version) {
    return fail(ErrorCode::conflict,
                "Another route server runs this very version of the membership; it is not taken away there.")
        .with_reason("confirmed_elsewhere")
        .with_detail(cause_of(hold));
  }
  ZTIX_ASSIGN(auto change, fallback_of(transaction, membership));
  transaction.execute(queries::apply_hold, {membership.id, hold.version, hold.file, hold.line, hold.message});
  const auto revision = next_revision(transaction, actor, "membership.held", {std::move(change)});
  audit_held(transaction, actor, hold);
  ZTIX_CHECK(fail_if_never_confirmed(transaction, actor, request, membership, hold));
  return revision;
}

void tell_all_route_servers(Transaction& transaction, const Actor& actor, Revision revision) {
  std::vector<std::int64_t> ids;
  for (const auto row : transaction.execute(queries::apply_route_servers)) {
    ids.push_back(row.get<std::int64_t>("id"));
    if (!row.get<bool>("takes_applies")) continue;
    enqueue_job(transaction, {.kind = "rs.apply",
                              .subject = "route_server:" + row.get<std::string>("name"),
                              .want_revision = revision,
                              .priority = 1,
                              .delay = std::chrono::milliseconds(0),
                              .trace_id = actor.trace_id});
  }
  std::sort(ids.begin(), ids.end());
  transaction.execute(queries::revision_wanted, {ids, revision});
}

}  // namespace

Result<ApplySubject> PgApplyStore::subject(const std::string& route_server) {
  return database_.read([&](Session& session) { return read_subject(session, route_server); });
}

Result<ConfigSnapshot> PgApplyStore::snapshot(const std::string& route_server, Revision revision) {
  return database_.read([&](Session& session) -> Result<ConfigSnapshot> {
    ZTIX_ASSIGN(const auto row, find(session, route_server));
    return read_snapshot(session, row.get<std::int64_t>("id"), revision);
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

Status PgApplyStore::quarantine(const Job& job, Revision revision, const std::string& cause) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    lock_revisions(transaction);
    const auto shown = cause.empty() ? std::string("refused") : cause;
    if (transaction.execute(queries::revision_quarantine, {revision, shown}).empty()) return {};
    append_audit(transaction, actor, "revision.quarantined", "revision", std::to_string(revision), {{"cause", shown}});
    for (const auto row : transaction.execute(queries::apply_requests_brought_by, {revision})) {
      const LockedRequest request{row.get<Uuid>("id"), row.get_enum(domain::kRequestStates, "state")};
      ZTIX_CHECK(apply_event(transaction, actor, request, RequestEvent::fail,
                             "Revision " + std::to_string(revision) + " was refused: " + shown));
    }
    return {};
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
    return next_revision(transaction, actor, "release.published",
                         {changed(policy), changed_templates(template_digest)});
  });
}

}  // namespace ztix::store
