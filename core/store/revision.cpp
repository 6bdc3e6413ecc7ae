#include "core/store/revision.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/store/config_content.h"
#include "core/store/job_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Revision;

/// What is published now, and with it what is left to do.
bool differs(Transaction& transaction, ObjectChange& change) {
  const auto row = transaction.execute(queries::revision_object_current, {change.kind, change.subject, change.content})
                       .at_most_one();
  const auto current = row ? row->get<std::optional<int>>("current_version") : std::nullopt;
  if (!change.content) return current.has_value();
  const bool same = row && row->get<bool>("same_content") && (!change.version || change.version == current);
  if (!change.version) change.version = (row ? row->get<int>("highest_version") : 0) + 1;
  return !same;
}

void write_object(Transaction& transaction, const ObjectChange& change, Revision revision) {
  transaction.execute(queries::revision_object_end, {change.kind, change.subject, revision});
  if (!change.content) return;
  transaction.execute(queries::revision_object_insert, {change.kind, change.subject, change.version, change.content,
                                                        change.network_number, change.route_server_id, revision});
}

// Jobs first, then the route servers' rows: a claim that holds a job never waits for us.
void tell_route_servers(Transaction& transaction, const service::Actor& actor, Revision revision) {
  std::vector<std::int64_t> concerned;
  for (const auto row : transaction.execute(queries::revision_concerned, {revision})) {
    concerned.push_back(row.get<std::int64_t>("id"));
    if (!row.get<bool>("takes_applies")) continue;
    enqueue_job(transaction, apply_job(row.get<std::string>("name"), revision, actor));
  }
  std::sort(concerned.begin(), concerned.end());
  transaction.execute(queries::revision_wanted, {concerned, revision});
}

/// What a manifest must have before anything is rendered from it.
struct Essentials {
  std::optional<domain::RouteServerConfig> route_server;
  std::optional<domain::PolicyDefinition> policy;
};

Status add_object(domain::ConfigSnapshot& snapshot, Essentials& essentials, DecodedMemberships& memberships,
                  const std::string& kind, const std::string& content) {
  if (kind == "network") {
    ZTIX_ASSIGN(auto network, decode_network(content));
    snapshot.networks.push_back(std::move(network));
  } else if (kind == "route_server") {
    ZTIX_ASSIGN(essentials.route_server, decode_route_server(content));
  } else if (kind == "membership") {
    ZTIX_ASSIGN(auto membership, memberships.decode(content));
    snapshot.memberships.push_back(std::move(membership));
  } else if (kind == "session_admin_state") {
    ZTIX_ASSIGN(auto session, decode_session_admin(content));
    snapshot.session_admin_states.push_back(session);
  } else if (kind == "policy") {
    ZTIX_ASSIGN(essentials.policy, decode_policy(content));
  }
  return {};
}

void sort_by_id(domain::ConfigSnapshot& snapshot) {
  std::sort(snapshot.networks.begin(), snapshot.networks.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  std::sort(snapshot.memberships.begin(), snapshot.memberships.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  std::sort(snapshot.session_admin_states.begin(), snapshot.session_admin_states.end(),
            [](const auto& a, const auto& b) {
              return std::pair(a.membership_id, a.family) < std::pair(b.membership_id, b.family);
            });
}

}  // namespace

ObjectChange changed(const domain::NetworkConfig& network) {
  // Every route server refuses the LAN prefixes of every network, so it concerns all.
  return {"network", std::to_string(network.number), std::nullopt, encode(network), std::nullopt, std::nullopt};
}

ObjectChange changed(const domain::RouteServerConfig& route_server) {
  auto published = route_server;
  if (published.state == domain::RouteServerState::joining) published.state = domain::RouteServerState::enabled;
  return {"route_server", std::to_string(route_server.id), std::nullopt, encode(published), std::nullopt,
          route_server.id};
}

ObjectChange changed(const domain::MembershipConfig& membership) {
  return {"membership",       std::to_string(membership.id), membership.version,
          encode(membership), membership.network_number,     std::nullopt};
}

ObjectChange removed(const domain::MembershipConfig& membership) {
  auto change = changed(membership);
  change.content.reset();
  return change;
}

ObjectChange changed(std::int64_t route_server_id, const domain::SessionAdminConfig& session) {
  const auto subject = std::to_string(route_server_id) + ":" + std::to_string(session.membership_id) + ":" +
                       std::string(to_string(session.family));
  ObjectChange change{"session_admin_state", subject, std::nullopt, encode(session), std::nullopt, route_server_id};
  if (session.state == domain::AdminState::enabled) change.content.reset();
  return change;
}

ObjectChange changed(const domain::PolicyDefinition& policy) {
  return {"policy", "exchange", std::nullopt, encode(policy), std::nullopt, std::nullopt};
}

ObjectChange changed_templates(const std::string& digest) {
  return {"templates", "exchange", std::nullopt, nlohmann::json{{"digest", digest}}.dump(), std::nullopt, std::nullopt};
}

void lock_revisions(Transaction& transaction) { transaction.execute(queries::revision_lock); }

Revision next_revision(Transaction& transaction, const service::Actor& actor, const std::string& cause,
                       const std::vector<ObjectChange>& changes) {
  lock_revisions(transaction);
  std::vector<ObjectChange> real;
  for (auto change : changes) {
    if (differs(transaction, change)) real.push_back(std::move(change));
  }
  if (real.empty()) return newest_revision(transaction);
  const auto revision =
      transaction.execute(queries::revision_insert, {actor.name, cause}).one().get<Revision>("revision");
  for (const auto& change : real) write_object(transaction, change, revision);
  tell_route_servers(transaction, actor, revision);
  return revision;
}

Result<domain::ConfigSnapshot> read_snapshot(Session& session, DecodedMemberships& memberships,
                                             std::int64_t route_server_id, Revision revision) {
  Essentials essentials;
  domain::ConfigSnapshot snapshot{revision, {0, "", IpAddress::from_ipv4(0), {}, "", {}, {}}, {}, {}, {}, {}};
  for (const auto row : session.execute(queries::revision_manifest, {revision, route_server_id})) {
    ZTIX_CHECK(
        add_object(snapshot, essentials, memberships, row.get<std::string>("kind"), row.get<std::string>("content")));
  }
  if (!essentials.route_server) {
    return fail(ErrorCode::not_found, "The route server is not in revision " + std::to_string(revision) + ".");
  }
  if (!essentials.policy) {
    // Without a policy every route would be accepted: nothing is rendered until the worker has published its own.
    return fail(ErrorCode::unavailable, "No import policy is published yet; the worker does so when it starts.")
        .with_reason("no_policy");
  }
  snapshot.route_server = std::move(*essentials.route_server);
  snapshot.policy = std::move(*essentials.policy);
  sort_by_id(snapshot);
  return snapshot;
}

Revision newest_revision(Session& session) {
  return session.execute(queries::revision_newest).one().get<Revision>("revision");
}

Revision newest_usable_revision(Session& session) {
  return session.execute(queries::revision_newest_usable).one().get<Revision>("revision");
}

}  // namespace ztix::store
