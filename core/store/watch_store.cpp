#include "core/store/watch_store.h"

#include "core/store/freeze_store.h"
#include "core/store/host_probe_json.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
#include "core/store/network_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::ExpectedFabric;
using service::ExpectedMember;
using service::FabricLook;
using service::Job;
using service::SessionView;

SessionView read_session(const Row& row) {
  return {row.get<std::string>("route_server"),
          row.get<std::string>("protocol"),
          row.get<bool>("is_v4") ? AddressFamily::ipv4 : AddressFamily::ipv6,
          row.get_enum(domain::kSessionHealths, "health"),
          row.get<Timestamp>("since"),
          row.get<std::string>("info")};
}

ExpectedMember read_member(const Row& row) {
  ExpectedMember member{row.get<std::int64_t>("id"), row.get<domain::NodeId>("node_id"),
                        row.get<domain::Asn>("asn"), row.get<int>("router_sequence"),
                        row.get<bool>("authorized"), {}};
  if (!member.is_authorized) return member;
  for (const char* column : {"ipv4", "ipv6"}) {
    if (const auto address = row.get<std::optional<IpAddress>>(column)) member.addresses.push_back(*address);
  }
  return member;
}

FabricLook read_look(const Row& row) {
  return {row.get<domain::ZtNetworkId>("zt_network_id"),
          row.get<std::string>("name"),
          row.get<std::optional<Timestamp>>("looked_at"),
          row.get<bool>("ready"),
          row.get<std::string>("message"),
          row.get<std::string>("remedy"),
          row.get<int>("members"),
          row.get<int>("authorized")};
}

void add_members(Session& session, ExpectedFabric& expected) {
  for (const auto row : session.execute(queries::watch_members, {expected.network.number})) {
    auto member = read_member(row);
    if (row.get<bool>("in_change")) {
      expected.in_change.push_back(member.node_id);
    } else {
      expected.members.push_back(std::move(member));
    }
  }
  for (const auto row : session.execute(queries::watch_leaving_nodes, {expected.network.number})) {
    expected.in_change.push_back(row.get<domain::NodeId>("previous_node_id"));
  }
}

}  // namespace

Result<bool> PgWatchStore::is_settled(const Job& job, const std::string& route_server) {
  return database_.read([&](Session& session) -> Result<bool> {
    const auto row = session.execute(queries::watch_settled, {route_server, job.target_fence}).at_most_one();
    return row && row->get<bool>("settled");
  });
}

Status PgWatchStore::record_sessions(const Job& job, const std::string& route_server, const service::HostProbe& probe) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    if (probe.bird_up) {
      transaction.execute(queries::watch_record_sessions, {route_server, encode_protocols(probe)});
    } else {
      transaction.execute(queries::watch_sessions_lost, {route_server});
    }
    return {};
  });
}

Result<std::vector<SessionView>> PgWatchStore::sessions_of(std::int64_t membership_id) {
  return database_.read([&](Session& session) -> Result<std::vector<SessionView>> {
    std::vector<SessionView> all;
    for (const auto row : session.execute(queries::watch_sessions_of, {membership_id})) {
      all.push_back(read_session(row));
    }
    return all;
  });
}

Result<ExpectedFabric> PgWatchStore::expected_fabric(const domain::ZtNetworkId& network) {
  PgNetworkStore networks(database_);
  ZTIX_ASSIGN(auto found, networks.network(network));
  ZTIX_ASSIGN(auto nodes, networks.infrastructure_nodes(found.number));
  ExpectedFabric expected{std::move(found), {}, std::move(nodes), {}, false};
  return database_.read([&](Session& session) -> Result<ExpectedFabric> {
    add_members(session, expected);
    expected.is_frozen = !frozen_network(session, expected.network.number).empty();
    return std::move(expected);
  });
}

Status PgWatchStore::record_fabric(const Job& job, const FabricLook& look) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    transaction.execute(queries::watch_record_fabric,
                        {look.zt_network_id, look.is_ready, look.message, look.remedy, look.members, look.authorized});
    return {};
  });
}

Result<std::vector<FabricLook>> PgWatchStore::fabric_looks() {
  return database_.read([&](Session& session) -> Result<std::vector<FabricLook>> {
    std::vector<FabricLook> all;
    for (const auto row : session.execute(queries::watch_fabric_looks)) all.push_back(read_look(row));
    return all;
  });
}

Result<int> PgWatchStore::enqueue_looks(std::chrono::milliseconds delay) {
  return database_.transaction([&](Transaction& transaction) -> Result<int> {
    int count = 0;
    for (const auto row : transaction.execute(queries::watch_targets)) {
      enqueue_job(transaction, {.kind = row.get<std::string>("kind"),
                                .subject = row.get<std::string>("subject"),
                                .want_revision = 0,
                                .priority = 1,
                                .delay = delay,
                                .trace_id = ""});
      ++count;
    }
    return count;
  });
}

}  // namespace ztix::store
