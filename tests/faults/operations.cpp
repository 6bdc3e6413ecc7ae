#include "tests/faults/operations.h"

#include <random>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/store/database.h"
#include "core/store/revision.h"

namespace ztix::faults {
namespace {

std::string new_node_id() {
  static std::mt19937_64 random(std::random_device{}());
  std::string text = "d";
  for (int i = 0; i < 9; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

std::string state_of(Exchange& exchange, const std::string& request) {
  return exchange.sql("SELECT state FROM request WHERE id = $1::uuid", {request}).one().get<std::string>("state");
}

Asked approve(Exchange& exchange) {
  const auto request = exchange.as_operator("POST", "requests",
                                            {{"asn", exchange.asn()},
                                             {"zt_network_id", exchange.lab().env("ZTIX_NETWORK_ID")},
                                             {"node_id", new_node_id()},
                                             {"ipv4", true},
                                             {"note", "fault suite"}});
  const auto id = request.at("id").get<std::string>();
  exchange.as_admin("POST", "admin/requests/" + id + "/approve");
  return {[&exchange, id] { return state_of(exchange, id) == "active"; }};
}

/// Publishes another list of RTR caches for a route server; returns the revision.
domain::Revision publish_caches(
    Exchange& exchange, const std::string& route_server,
    const std::function<std::vector<domain::RtrCache>(std::vector<domain::RtrCache>)>& change) {
  store::Database database(exchange.owner_database());
  const auto id = exchange.number("SELECT id AS n FROM route_server WHERE name = $1", {route_server});
  const service::Actor actor{service::ActorKind::worker, std::nullopt, "fault suite", {}, {}};
  return database
      .transaction([&](store::Transaction& transaction) -> Result<domain::Revision> {
        ZTIX_ASSIGN(auto snapshot, store::read_snapshot(transaction, id, store::newest_usable_revision(transaction)));
        snapshot.route_server.rtr_caches = change(snapshot.route_server.rtr_caches);
        return store::next_revision(transaction, actor, "faults.caches_moved", {store::changed(snapshot.route_server)});
      })
      .value();
}

/// The caches of one route server move to an address where nobody is: BIRD's check has nothing against it, and its
/// ROAs are gone.
Asked harmful(Exchange& exchange) {
  const std::string server = exchange.route_servers().front();
  std::vector<domain::RtrCache> good;
  const auto revision = publish_caches(exchange, server, [&good](std::vector<domain::RtrCache> caches) {
    good = caches;
    for (auto& cache : caches) cache.port = 9;
    return caches;
  });
  Asked asked;
  asked.harmed_route_server = server;
  asked.harmful_revision = revision;
  asked.is_settled = [&exchange, revision] {
    return exchange.number(
               "SELECT count(*) AS n FROM config_revision WHERE revision = $1 AND quarantined_at IS NOT NULL",
               {revision}) == 1;
  };
  asked.clean_up = [&exchange, server, good] {
    publish_caches(exchange, server, [&good](const std::vector<domain::RtrCache>&) { return good; });
  };
  return asked;
}

}  // namespace

Asked ask_for(Exchange& exchange, Operation operation) {
  switch (operation) {
    case Operation::approve:
      return approve(exchange);
    case Operation::harmful:
      return harmful(exchange);
    case Operation::change_node:
      break;
  }
  throw std::logic_error("no such operation yet");
}

std::string digest_of(Exchange& exchange, const std::string& route_server, std::int64_t revision) {
  const auto row = exchange
                       .sql(
                           "SELECT o.config_digest FROM root o JOIN route_server s ON s.id = o.route_server "
                           "WHERE s.name = $1 AND o.revision = $2 LIMIT 1",
                           {route_server, revision})
                       .at_most_one();
  return row ? row->get<std::string>("config_digest") : std::string();
}

}  // namespace ztix::faults
