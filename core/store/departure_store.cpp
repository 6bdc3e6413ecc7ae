#include "core/store/departure_store.h"

#include "core/store/audit_store.h"
#include "core/store/job_transaction.h"
#include "core/store/request_progress.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RequestEvent;
using service::Actor;
using service::DepartureSubject;
using service::Job;
using service::MemberPresence;
using std::chrono::milliseconds;

Error no_such_membership(std::int64_t id) {
  return fail(ErrorCode::not_found, "No such membership.").with_detail(std::to_string(id));
}

service::MemberRouteServer read_route_server(const Row& row) {
  return {{row.get<std::string>("name"), row.get<std::string>("ssh_host"), row.get<std::uint16_t>("ssh_port"),
           row.get<std::string>("ssh_user"), row.get<std::string>("host_key")},
          row.get_enum(domain::kRouteServerStates, "state"),
          row.get<std::int64_t>("fence"),
          row.get<bool>("is_rid_of_it")};
}

MemberPresence read_presence(Session& session, const Row& row) {
  MemberPresence member{row.get<Uuid>("installation"),
                        row.get<std::int64_t>("id"),
                        row.get<Uuid>("request"),
                        row.get<domain::Asn>("asn"),
                        row.get<int>("router_sequence"),
                        row.get<int>("network"),
                        row.get<domain::ZtNetworkId>("zt_network_id"),
                        row.get<std::optional<domain::NodeId>>("node_id"),
                        row.get<std::optional<domain::NodeId>>("previous_node_id"),
                        {}};
  for (const auto each : session.execute(queries::departure_route_servers, {member.membership_id})) {
    member.route_servers.push_back(read_route_server(each));
  }
  return member;
}

std::optional<milliseconds> duration(const Row& row, const char* column) {
  const auto value = row.get<std::optional<std::int64_t>>(column);
  if (!value) return std::nullopt;
  return milliseconds(*value);
}

std::string joined(const Rows& debtors) {
  std::string names;
  for (const auto row : debtors) names += (names.empty() ? "" : ", ") + row.get<std::string>("name");
  return names;
}

Status end_membership(Transaction& transaction, const Actor& actor, std::int64_t membership_id, const Rows& debtors,
                      std::chrono::hours cooling_off) {
  ZTIX_ASSIGN(const auto request, lock_request_of(transaction, membership_id));
  if (!domain::next_state(request.state, RequestEvent::done)) return {};  // a run before this one ended it
  std::vector<std::int64_t> ids;
  for (const auto row : debtors) ids.push_back(row.get<std::int64_t>("id"));
  if (!ids.empty()) {
    transaction.execute(queries::departure_owe, {membership_id, ids});
    append_audit(transaction, actor, "request.owed", "request", request.id.text(),
                 {{"route_servers", joined(debtors)}});
  }
  transaction.execute(queries::departure_end, {membership_id, cooling_off.count(), !ids.empty()});
  return apply_event(transaction, actor, request, RequestEvent::done, "");
}

}  // namespace

Result<MemberPresence> PgDepartureStore::presence(std::int64_t membership_id) {
  return database_.read([&](Session& session) -> Result<MemberPresence> {
    const auto row = session.execute(queries::departure_member, {membership_id}).at_most_one();
    if (!row) return no_such_membership(membership_id);
    return read_presence(session, *row);
  });
}

Result<DepartureSubject> PgDepartureStore::subject(std::int64_t membership_id) {
  return database_.read([&](Session& session) -> Result<DepartureSubject> {
    const auto row = session.execute(queries::departure_member, {membership_id}).at_most_one();
    if (!row) return no_such_membership(membership_id);
    if (row->is_null("departure")) {
      return fail(ErrorCode::refused_transition, "The membership does not end.")
          .with_detail(std::to_string(membership_id));
    }
    return DepartureSubject{read_presence(session, *row),
                            row->get_enum(domain::kRequestStates, "state"),
                            row->get_enum(service::kDepartures, "departure"),
                            duration(*row, "withdrawn_for"),
                            duration(*row, "cut_off_for"),
                            row->get<int>("rereads")};
  });
}

Result<std::int64_t> PgDepartureStore::fence(const std::string& route_server) {
  return database_.read([&](Session& session) -> Result<std::int64_t> {
    const auto row = session.execute(queries::departure_fence, {route_server}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "There is no route server " + route_server + ".");
    return row->get<std::int64_t>("fence");
  });
}

Status PgDepartureStore::record_withdrawn(const Job& job, std::int64_t membership_id) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    if (transaction.execute(queries::departure_withdrawn, {membership_id}).empty())
      return no_such_membership(membership_id);
    return {};
  });
}

Status PgDepartureStore::record_cut_off(const Job& job, std::int64_t membership_id, int rereads) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    if (transaction.execute(queries::departure_cut_off, {membership_id, rereads}).empty())
      return no_such_membership(membership_id);
    return {};
  });
}

Status PgDepartureStore::finish(const Job& job, std::int64_t membership_id, std::chrono::hours cooling_off) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    const auto debtors = transaction.execute(queries::departure_debtors, {membership_id});
    return end_membership(transaction, actor, membership_id, debtors, cooling_off);
  });
}

void settle_departures(Transaction& transaction, const Actor& actor, std::int64_t route_server_id,
                       const std::string& route_server, domain::Revision revision) {
  std::vector<std::int64_t> paid;
  for (const auto row : transaction.execute(queries::departure_pay, {route_server_id, revision})) {
    paid.push_back(row.get<std::int64_t>("membership"));
    append_audit(transaction, actor, "request.owed_paid", "request", row.get<Uuid>("request").text(),
                 {{"route_server", route_server}, {"revision", std::to_string(revision)}});
  }
  if (!paid.empty()) transaction.execute(queries::departure_release, {paid});
  transaction.execute(queries::departure_confirmed, {route_server_id, revision});
  transaction.execute(queries::departure_make_due, {route_server_id, revision});
}

}  // namespace ztix::store
