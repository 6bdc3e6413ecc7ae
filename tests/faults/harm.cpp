#include "tests/faults/harm.h"

#include <functional>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/store/database.h"
#include "core/store/revision.h"

namespace ztix::faults {
namespace {

constexpr std::uint16_t kNobody = 9;

using Caches = std::vector<domain::RtrCache>;

/// Publishes another list of RTR caches for a route server, as the record will have it; returns the revision.
domain::Revision publish_caches(Exchange& exchange, const std::string& route_server,
                                const std::function<Caches(const Caches&)>& change) {
  store::Database database(exchange.owner_database());
  const auto id = exchange.number("SELECT id AS n FROM route_server WHERE name = $1", {route_server});
  const service::Actor actor{service::ActorKind::worker, std::nullopt, "fault suite", {}, {}};
  return database
      .transaction([&](store::Transaction& transaction) -> Result<domain::Revision> {
        store::DecodedMemberships memberships;
        const auto newest = store::newest_usable_revision(transaction);
        ZTIX_ASSIGN(auto snapshot, store::read_snapshot(transaction, memberships, id, newest));
        snapshot.route_server.rtr_caches = change(snapshot.route_server.rtr_caches);
        return store::next_revision(transaction, actor, "faults.caches_moved", {store::changed(snapshot.route_server)});
      })
      .value();
}

/// The revision is out of circulation, or a newer one is without the harm.
bool is_taken_back(Exchange& exchange, const std::string& route_server, domain::Revision revision) {
  return exchange.number("SELECT count(*) AS n FROM config_revision WHERE revision = $1 AND quarantined_at IS NOT NULL",
                         {revision}) == 1 ||
         exchange.number(
             "SELECT count(*) AS n FROM config_object o JOIN route_server s ON s.id::text = o.subject "
             "WHERE o.kind = 'route_server' AND s.name = $1 AND o.to_revision IS NULL "
             "AND o.from_revision > $2",
             {route_server, revision}) == 1;
}

/// The pause between the first harm and the second try is a wait for a clock.
void retry_now(Exchange& exchange) {
  exchange.sql(
      "UPDATE job SET run_at = now() WHERE state = 'ready' AND kind = 'rs.apply' "
      "AND run_at > now() + interval '1 s' AND run_at < 'infinity'");
}

std::string membership_of(Exchange& exchange, const std::string& request) {
  return std::to_string(exchange.number("SELECT membership AS n FROM request WHERE id = $1::uuid", {request}));
}

/// A neighbour without address renders, and BIRD refuses it. History cannot be rewritten, except by who owns the table
/// and switches the guard off.
void poison(Exchange& exchange, const std::string& membership) {
  exchange.sql("ALTER TABLE config_object DISABLE TRIGGER config_object_only_ends");
  const auto poisoned = exchange.sql(
      "UPDATE config_object SET content = jsonb_set(content, '{ipv6}', '\"::\"') "
      "WHERE kind = 'membership' AND subject = $1 AND to_revision IS NULL RETURNING subject",
      {membership});
  exchange.sql("ALTER TABLE config_object ENABLE TRIGGER config_object_only_ends");
  if (poisoned.size() != 1) throw std::runtime_error("nothing that was published could be poisoned");
}

bool is_published(Exchange& exchange, const std::string& membership) {
  return exchange.number(
             "SELECT count(*) AS n FROM job WHERE kind = 'member.provision' AND subject = 'membership:' || $1 "
             "AND state IN ('ready', 'running')",
             {membership}) == 0;
}

/// By a worker that stops at the end of its first job and dies with its transactions, which could be in the way. That
/// job may be any: what a dead worker of the cell before held, or PeeringDB's data.
void work_until_a_job_is_done(Exchange& exchange) {
  exchange.put_looks_off();
  auto environment = stop_at("finish.after");
  environment["ZTIX_ROUTE_SERVER_PROBE_SECONDS"] = "60";
  const auto worker = exchange.start_worker("publishes", Times{}, environment);
  if (!test::eventually(std::chrono::seconds(30), [&] { return worker->has_stopped_at_point(); })) {
    throw std::runtime_error("no job was done");
  }
  worker->kill();
}

}  // namespace

Asked move_caches_away(Exchange& exchange) {
  const std::string server = exchange.route_servers().front();
  Caches good;
  Asked asked;
  asked.harmed_route_server = server;
  asked.harmful_revision = publish_caches(exchange, server, [&good](const Caches& caches) {
    good = caches;
    auto bad = caches;
    for (auto& cache : bad) cache.port = kNobody;
    return bad;
  });
  asked.is_settled = [&exchange, server, revision = asked.harmful_revision] {
    retry_now(exchange);
    return is_taken_back(exchange, server, revision);
  };
  asked.clean_up = [&exchange, server, good] {
    publish_caches(exchange, server, [&good](const Caches&) { return good; });
  };
  return asked;
}

Asked confirm_harm(Exchange& exchange) {
  auto asked = move_caches_away(exchange);
  asked.after_crash = [&exchange, server = asked.harmed_route_server] {
    exchange.lab().birdc(server, "configure confirm");
    if (exchange.is_armed(server)) throw std::runtime_error("the harm is not confirmed");
  };
  return asked;
}

// The object is published by a worker that dies with its first job done; what it began beside that is a dead worker's.
Asked approve_what_is_refused(Exchange& exchange) {
  const auto request = approve_new(exchange);
  const auto membership = membership_of(exchange, request);
  while (!is_published(exchange, membership)) work_until_a_job_is_done(exchange);
  poison(exchange, membership);
  Asked asked{[&exchange, request] { return state_of(exchange, request) == "failed"; }};
  asked.clean_up = [&exchange, request] {
    exchange.people().as_admin("POST", "admin/requests/" + request + "/retry");
    if (!test::eventually(std::chrono::seconds(60), [&] { return state_of(exchange, request) == "active"; })) {
      throw std::runtime_error("what was held does not become active");
    }
  };
  return asked;
}

}  // namespace ztix::faults
