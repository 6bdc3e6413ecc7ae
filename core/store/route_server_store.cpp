#include "core/store/route_server_store.h"

#include <algorithm>
#include <map>

#include "core/domain/route_server_transitions.h"
#include "core/store/audit_store.h"
#include "core/store/job_store.h"
#include "core/store/last_one.h"
#include "core/store/network_store.h"
#include "core/store/request_progress.h"
#include "core/store/revision.h"
#include "core/store/route_server_change.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RouteServerState;
using service::Actor;
using service::NewRouteServer;
using service::RouteServer;

Error taken(std::string_view reason, std::string message) {
  return fail(ErrorCode::conflict, std::move(message)).with_reason(reason);
}

/// The conflicts a person can cause, by the constraint that found them.
std::optional<Error> conflict_of(const DbFailure& failure) {
  if (failure.violates("route_server_name_key"))
    return taken("name_in_use", "A route server of this name exists, or existed.");
  if (failure.violates("route_server_address")) {
    return taken("address_in_use", "Another route server has this SSH host and port.");
  }
  if (failure.violates("route_server_router_id"))
    return taken("router_id_in_use", "Another route server has this router id.");
  if (failure.violates("route_server_name_check")) {
    return fail(ErrorCode::invalid_argument,
                "A route server's name is up to 32 of a-z, 0-9 and -, beginning with a letter.");
  }
  return std::nullopt;
}

/// What `write` comes to, or the conflict a constraint has found.
template <class T, class F>
Result<T> or_conflict(F write) {
  try {
    return write();
  } catch (const DbFailure& failure) {
    if (auto error = conflict_of(failure)) return std::move(*error).with_detail(failure.what());
    throw;
  }
}

RouteServer read_row(const Row& row) {
  const auto name = row.get<std::string>("name");
  return {row.get<std::int64_t>("id"),
          {name, row.get<std::string>("ssh_host"), row.get<std::uint16_t>("ssh_port"), row.get<std::string>("ssh_user"),
           row.get<std::string>("host_key")},
          {row.get<std::int64_t>("id"),
           name,
           row.get<IpAddress>("router_id"),
           row.get_enum(domain::kRouteServerStates, "state"),
           row.get<std::string>("bird_version"),
           {},
           {}},
          row.get<domain::Revision>("wanted_revision"),
          row.get<std::string>("wanted_digest"),
          row.get<domain::Revision>("confirmed_revision"),
          row.get<std::string>("confirmed_digest"),
          row.get<std::optional<Timestamp>>("confirmed_at"),
          row.get<std::string>("last_step"),
          row.get<std::string>("last_error"),
          row.get<std::optional<Timestamp>>("last_step_at"),
          row.get<std::optional<Timestamp>>("last_probe_at"),
          row.get<bool>("diverged"),
          row.get<std::string>("rtr_exception")};
}

/// All, or the one of that name, each with its caches and attachments.
std::vector<RouteServer> read_all(Session& session, const std::optional<std::string>& name) {
  std::vector<RouteServer> all;
  for (const auto row : session.execute(queries::route_server_list, {name})) all.push_back(read_row(row));
  const auto only = name && !all.empty() ? std::optional(all.front().id) : std::nullopt;
  const auto config_of = [&](const Row& row) -> domain::RouteServerConfig* {
    const auto id = row.get<std::int64_t>("route_server");
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.id == id; });
    return found == all.end() ? nullptr : &found->config;
  };
  for (const auto row : session.execute(queries::route_server_caches, {only})) {
    if (auto* config = config_of(row)) {
      config->rtr_caches.push_back({row.get<IpAddress>("address"), row.get<std::uint16_t>("port")});
    }
  }
  for (const auto row : session.execute(queries::route_server_attachments, {only})) {
    if (auto* config = config_of(row)) {
      config->attachments.push_back({row.get<int>("network"), row.get<domain::Asn>("route_server_asn"),
                                     row.get<std::optional<IpAddress>>("ipv4"), row.get<IpAddress>("ipv6")});
    }
  }
  return all;
}

Status check(const NewRouteServer& wanted) {
  if (!wanted.router_id.is_ipv4()) {
    return fail(ErrorCode::invalid_argument, "A router id is written as an IPv4 address.")
        .with_fact("field", "router_id");
  }
  if (wanted.attachments.empty()) {
    return fail(ErrorCode::invalid_argument, "A route server belongs to at least one network.")
        .with_fact("field", "network");
  }
  return check_rtr_caches(wanted.rtr_caches, wanted.rtr_exception);
}

struct Lan {
  int network_number = 0;
  std::optional<Prefix> v4;
  Prefix v6;
  [[nodiscard]] bool holds(const NewRouteServer::Attachment& attachment) const {
    return (!attachment.ipv4 || (v4 && v4->contains(*attachment.ipv4))) && v6.contains(attachment.ipv6);
  }
};

Result<Lan> lan_of(Transaction& transaction, const domain::ZtNetworkId& id) {
  const auto row = transaction.execute(queries::network_read, {id}).at_most_one();
  if (!row) {
    return fail(ErrorCode::not_found, "There is no network " + id.text() + ".")
        .with_reason("unknown_network")
        .with_fact("zt_network_id", id.text());
  }
  return Lan{row->get<int>("number"), row->get<std::optional<Prefix>>("lan_v4"), row->get<Prefix>("lan_v6")};
}

Status attach(Transaction& transaction, std::int64_t id, const NewRouteServer& wanted,
              const NewRouteServer::Attachment& attachment, const Actor& actor) {
  ZTIX_ASSIGN(const auto lan, lan_of(transaction, attachment.zt_network_id));
  if (!lan.holds(attachment)) {
    return fail(ErrorCode::invalid_argument, "A route server's addresses must lie inside the LAN of the network.")
        .with_reason("address_outside_lan");
  }
  ZTIX_ASSIGN(const auto node,
              insert_infrastructure_node(transaction,
                                         {lan.network_number, attachment.node_id, wanted.endpoint.name,
                                          domain::InfrastructureRole::route_server, attachment.ipv4, attachment.ipv6},
                                         actor));
  transaction.execute(queries::route_server_attach, {id, lan.network_number, node});
  return {};
}

Result<RouteServer> insert(Transaction& transaction, const NewRouteServer& wanted, const Actor& actor) {
  const auto& endpoint = wanted.endpoint;
  const auto id =
      transaction
          .execute(queries::route_server_create, {endpoint.name, endpoint.host, endpoint.port, endpoint.user,
                                                  endpoint.host_key, wanted.router_id, wanted.rtr_exception})
          .one()
          .get<std::int64_t>("id");
  write_rtr_caches(transaction, id, wanted.rtr_caches);
  for (const auto& attachment : wanted.attachments) ZTIX_CHECK(attach(transaction, id, wanted, attachment, actor));
  next_revision(transaction, actor, "route_server.added",
                {changed(read_route_server(transaction, endpoint.name)->config)});
  append_audit(transaction, actor, "route_server.added", "route_server", endpoint.name,
               {{"host", endpoint.host}, {"host_key", endpoint.host_key}, {"router_id", wanted.router_id.text()}});
  return *read_route_server(transaction, endpoint.name);
}

/// What the manifest says of it from now on.
ObjectChange change_of(const domain::RouteServerConfig& config) {
  auto change = changed(config);
  if (config.state == RouteServerState::removed) change.content.reset();
  return change;
}

Status require_applicable(Transaction& transaction, const std::string& name) {
  const auto route_server = read_route_server(transaction, name);
  if (!route_server) return unknown_route_server(name);
  const auto state = route_server->config.state;
  if (state != RouteServerState::disabled && state != RouteServerState::removed) return {};
  return fail(ErrorCode::refused_transition, name + " is " + std::string(to_string(state)) + " and takes no applies.");
}

std::int64_t enqueue_apply(Transaction& transaction, const std::string& name, const Actor& actor) {
  return enqueue_named_job(transaction, apply_job(name, newest_revision(transaction), actor));
}

}  // namespace

Error unknown_route_server(const std::string& name) {
  return fail(ErrorCode::not_found, "There is no route server " + name + ".").with_reason("unknown_route_server");
}

std::optional<RouteServer> read_route_server(Session& session, const std::string& name) {
  auto found = read_all(session, name);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Status change_state(Transaction& transaction, const std::string& name, RouteServerState state, const Actor& actor,
                    const std::string& reason) {
  lock_revisions(transaction);
  const auto row = transaction.execute(queries::route_server_lock, {name}).at_most_one();
  if (!row) return unknown_route_server(name);
  const auto from = row->get_enum(domain::kRouteServerStates, "state");
  if (!domain::may_change(from, state)) {
    return fail(ErrorCode::refused_transition, name + " is " + std::string(to_string(from)) + " and cannot become " +
                                                   std::string(to_string(state)) + ".");
  }
  transaction.execute(queries::route_server_set_state, {row->get<std::int64_t>("id"), state});
  next_revision(transaction, actor, "route_server.state_changed",
                {change_of(read_route_server(transaction, name)->config)});
  std::map<std::string, std::string> facts{{"from", std::string(to_string(from))},
                                           {"to", std::string(to_string(state))}};
  if (!reason.empty()) facts.emplace("reason", reason);
  append_audit(transaction, actor, "route_server.state_changed", "route_server", name, facts);
  return {};
}

Result<RouteServer> PgRouteServerStore::add(const NewRouteServer& route_server, const Actor& actor) {
  ZTIX_CHECK(check(route_server));
  return database_.transaction([&](Transaction& transaction) -> Result<RouteServer> {
    return or_conflict<RouteServer>([&] { return insert(transaction, route_server, actor); });
  });
}

Result<bool> PgRouteServerStore::change(const std::string& name, const service::RouteServerChange& change,
                                        const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<bool> {
    return or_conflict<bool>([&] { return change_route_server(transaction, name, change, actor); });
  });
}

Result<std::vector<RouteServer>> PgRouteServerStore::route_servers() {
  return database_.read(
      [&](Session& session) -> Result<std::vector<RouteServer>> { return read_all(session, std::nullopt); });
}

Result<RouteServer> PgRouteServerStore::route_server(const std::string& name) {
  return database_.read([&](Session& session) -> Result<RouteServer> {
    auto found = read_route_server(session, name);
    if (!found) return unknown_route_server(name);
    return std::move(*found);
  });
}

Status PgRouteServerStore::set_state(const service::RouteServerOrder& order, const Actor& actor) {
  const auto changed = database_.transaction([&](Transaction& transaction) -> Status {
    lock_revisions(transaction);
    const auto server = read_route_server(transaction, order.route_server);
    // Only what is in service can be the last one in service.
    if (server && server->config.state == RouteServerState::enabled) {
      ZTIX_CHECK(check_not_last_one(transaction, server->id, order.last_one, order.reason));
    }
    return change_state(transaction, order.route_server, order.to, actor, order.reason);
  });
  ZTIX_CHECK(changed);
  // Requests may be complete without it now. Should this fail, the sweep does it.
  ZTIX_CHECK(evaluate_all_requests(database_, actor));
  return {};
}

Status PgRouteServerStore::repin_host_key(const std::string& name, const std::string& host_key, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    if (transaction.execute(queries::route_server_set_host_key, {name, host_key}).empty())
      return unknown_route_server(name);
    append_audit(transaction, actor, "route_server.host_key_pinned", "route_server", name, {{"host_key", host_key}});
    return {};
  });
}

Result<std::int64_t> PgRouteServerStore::request_apply(const std::string& name, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<std::int64_t> {
    ZTIX_CHECK(require_applicable(transaction, name));
    append_audit(transaction, actor, "route_server.apply_requested", "route_server", name);
    return enqueue_apply(transaction, name, actor);
  });
}

Result<std::int64_t> PgRouteServerStore::request_take_over(const std::string& name, const std::string& reason,
                                                           const Actor& actor) {
  if (reason.empty()) return fail(ErrorCode::invalid_argument, "Say why.").with_fact("field", "reason");
  return database_.transaction([&](Transaction& transaction) -> Result<std::int64_t> {
    ZTIX_CHECK(require_applicable(transaction, name));
    transaction.execute(queries::route_server_take_over,
                        {name, reason, std::chrono::seconds(service::kTakeOverLifetime).count()});
    append_audit(transaction, actor, "route_server.take_over_requested", "route_server", name, {{"reason", reason}});
    return enqueue_apply(transaction, name, actor);
  });
}

}  // namespace ztix::store
