#include "tests/faults/harm.h"

#include <functional>

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
        ZTIX_ASSIGN(auto snapshot, store::read_snapshot(transaction, id, store::newest_usable_revision(transaction)));
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
    return is_taken_back(exchange, server, revision);
  };
  asked.clean_up = [&exchange, server, good] {
    publish_caches(exchange, server, [&good](const Caches&) { return good; });
  };
  return asked;
}

}  // namespace ztix::faults
