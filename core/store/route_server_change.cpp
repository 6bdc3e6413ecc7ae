#include "core/store/route_server_change.h"

#include <algorithm>
#include <map>

#include "core/domain/rtr_change.h"
#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/freeze_store.h"
#include "core/store/revision.h"
#include "core/store/route_server_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RouteServerState;
using domain::RtrCaches;
using domain::RtrRefusal;
using domain::RtrSituation;
using service::RouteServer;

using Facts = std::map<std::string, std::string>;

std::string text_of(const RtrCaches& caches) {
  std::string text;
  for (const auto& cache : caches) text += (text.empty() ? "" : " ") + domain::text_of(cache);
  return text;
}

std::string text_of(const service::RouteServerEndpoint& endpoint) {
  return endpoint.user + "@" + endpoint.host + ":" + std::to_string(endpoint.port);
}

/// What it shall be; caches in another order are left as they are.
RouteServer changed_by(const service::RouteServerChange& change, RouteServer server) {
  auto& endpoint = server.endpoint;
  endpoint.host = change.ssh_host.value_or(endpoint.host);
  endpoint.port = change.ssh_port.value_or(endpoint.port);
  endpoint.user = change.ssh_user.value_or(endpoint.user);
  server.rtr_exception = change.rtr_exception.value_or(server.rtr_exception);
  auto& caches = server.config.rtr_caches;
  if (change.rtr_caches && !domain::is_same(*change.rtr_caches, caches)) caches = *change.rtr_caches;
  return server;
}

/// What differs, for the audit log.
Facts differences(const RouteServer& before, const RouteServer& after) {
  Facts facts;
  const auto note = [&](const std::string& what, const std::string& from, const std::string& to) {
    if (from == to) return;
    facts[what + "_from"] = from;
    facts[what + "_to"] = to;
  };
  note("ssh", text_of(before.endpoint), text_of(after.endpoint));
  note("rtr", text_of(before.config.rtr_caches), text_of(after.config.rtr_caches));
  note("rtr_exception", before.rtr_exception, after.rtr_exception);
  return facts;
}

Status check_endpoint(const service::RouteServerEndpoint& endpoint) {
  if (endpoint.host.empty() || endpoint.user.empty() || endpoint.port == 0) {
    return fail(ErrorCode::invalid_argument, "A route server is reached as a user of a host, on a port.")
        .with_fact("field", "ssh");
  }
  return {};
}

Result<std::map<std::int64_t, RtrSituation>> situations(Transaction& transaction) {
  std::map<std::int64_t, RtrSituation> all;
  for (const auto row : transaction.execute(queries::route_server_published)) {
    auto& situation = all[row.get<std::int64_t>("id")];
    situation.is_enabled = row.get_enum(domain::kRouteServerStates, "state") == RouteServerState::enabled;
    situation.has_confirmed = row.get<bool>("has_confirmed");
    ZTIX_ASSIGN(const auto config, decode_route_server(row.get<std::string>("content")));
    situation.possible.push_back(config.rtr_caches);
  }
  return all;
}

/// Under the lock of all revisions, so that of two changes the second sees the first.
Status check_rtr_change(Transaction& transaction, const RouteServer& after) {
  if (const auto reason = frozen_route_server(transaction, after.id); !reason.empty()) {
    return fail(ErrorCode::conflict, "Frozen: " + reason + ". Lift the freeze first.").with_reason("frozen");
  }
  ZTIX_ASSIGN(auto others, situations(transaction));
  const auto mine = others[after.id];
  others.erase(after.id);
  std::vector<RtrSituation> rest;
  for (auto& [id, situation] : others) rest.push_back(std::move(situation));
  const auto& name = after.endpoint.name;
  switch (domain::judge_rtr_change(after.config.rtr_caches, mine, rest)) {
    case RtrRefusal::none:
      break;
    case RtrRefusal::all_at_once:
      return fail(ErrorCode::conflict, "All RTR caches that " + name + " has, or may still run with, would go at once.")
          .with_reason("rtr_all_at_once");
    case RtrRefusal::everywhere:
      return fail(ErrorCode::conflict,
                  "The RTR caches of every other enabled route server are changing too and are not confirmed yet.")
          .with_reason("rtr_everywhere");
  }
  return {};
}

}  // namespace

Status check_rtr_caches(const RtrCaches& caches, const std::string& exception) {
  for (auto cache = caches.begin(); cache != caches.end(); ++cache) {
    if (std::find(caches.begin(), cache, *cache) == cache) continue;
    return fail(ErrorCode::invalid_argument, "The same RTR cache is named twice.").with_fact("field", "rtr");
  }
  if (caches.size() < 2 && exception.empty()) {
    return fail(ErrorCode::invalid_argument, "Name at least two RTR caches, or say why fewer are enough.")
        .with_fact("field", "rtr");
  }
  return {};
}

void write_rtr_caches(Transaction& transaction, std::int64_t route_server_id, const RtrCaches& caches) {
  transaction.execute(queries::route_server_drop_caches, {route_server_id});
  for (std::size_t i = 0; i < caches.size(); ++i) {
    transaction.execute(queries::route_server_add_cache, {route_server_id, i, caches[i].address, caches[i].port});
  }
}

Result<bool> change_route_server(Transaction& transaction, const std::string& name,
                                 const service::RouteServerChange& change, const service::Actor& actor) {
  lock_revisions(transaction);
  transaction.execute(queries::route_server_lock, {name});
  const auto before = read_route_server(transaction, name);
  if (!before) return unknown_route_server(name);
  if (before->config.state == RouteServerState::removed) {
    return fail(ErrorCode::refused_transition, name + " is removed; what is said of it is history.");
  }
  const auto after = changed_by(change, *before);
  ZTIX_CHECK(check_endpoint(after.endpoint));
  if (change.rtr_caches || change.rtr_exception) {
    ZTIX_CHECK(check_rtr_caches(change.rtr_caches.value_or(after.config.rtr_caches), after.rtr_exception));
  }
  const auto facts = differences(*before, after);
  if (facts.empty()) return false;
  const auto& endpoint = after.endpoint;
  transaction.execute(queries::route_server_set,
                      {after.id, endpoint.host, endpoint.port, endpoint.user, after.rtr_exception});
  if (facts.count("rtr_to") > 0) {
    ZTIX_CHECK(check_rtr_change(transaction, after));
    write_rtr_caches(transaction, after.id, after.config.rtr_caches);
    next_revision(transaction, actor, "route_server.changed", {changed(after.config)});
  }
  append_audit(transaction, actor, "route_server.changed", "route_server", name, facts);
  return true;
}

}  // namespace ztix::store
