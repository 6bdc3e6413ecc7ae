#pragma once

/// @file tests/contract/store_jobs/pg_delivery_world.h
/// The World of delivery_world.h over a real PostgreSQL.

#include "core/store/account_store.h"
#include "core/store/apply_store.h"
#include "core/store/audit_store.h"
#include "core/store/departure_store.h"
#include "core/store/forecast_store.h"
#include "core/store/job_store.h"
#include "core/store/lifecycle_store.h"
#include "core/store/network_store.h"
#include "core/store/peeringdb_store.h"
#include "core/store/provision_store.h"
#include "core/store/request_store.h"
#include "core/store/revision.h"
#include "core/store/rollout_store.h"
#include "core/store/route_server_store.h"
#include "tests/contract/store_jobs/delivery_world.h"
#include "tests/support/test_database.h"

namespace ztix::test {

/// Each store as the role of the program that uses it, so the contract also proves the grants.
struct PgDeliveryWorld {
  PgDeliveryWorld() { database.sql("INSERT INTO installation (name, single_admin) VALUES ('test', true)"); }

  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::JobStore& jobs() { return job_store; }
  service::ProvisionStore& provision() { return provision_store; }
  service::ApplyStore& apply() { return apply_store; }
  service::ForecastStore& forecasts() { return forecast_store; }
  service::RolloutStore& rollout() { return rollout_store; }
  service::RolloutStore& rollout_as_admin() { return rollout_of_app; }
  service::RouteServerStore& route_servers() { return route_server_store; }
  service::AuditStore& audit() { return audit_store; }
  service::LifecycleStore& lifecycle() { return lifecycle_store; }
  service::DepartureStore& departures() { return departure_store; }

  service::PeeringDbStore& peeringdb() { return peeringdb_store; }
  service::QueryPace& pace() { return query_pace; }

  void change_options(std::int64_t membership) {
    database.sql("UPDATE membership SET md5_key = 'secret123' || (version + 1), version = version + 1 WHERE id = $1",
                 {membership});
  }
  void trip_limit(const Request& request, const std::string& route_server, AddressFamily family) {
    database.sql(
        "INSERT INTO session_admin_state (membership, route_server, family, state) "
        "SELECT $1, id, $3, 'limit_tripped' FROM route_server WHERE name = $2",
        {request.membership_id, route_server, family});
    const auto id = database.sql("SELECT id FROM route_server WHERE name = $1", {route_server}).one();
    const auto published = owner.transaction([&](store::Transaction& transaction) -> Result<Revision> {
      const domain::SessionAdminConfig session{*request.membership_id, family, domain::AdminState::limit_tripped};
      return store::next_revision(transaction, delivery_admin(), "session.limit_tripped",
                                  {store::changed(id.get<std::int64_t>("id"), session)});
    });
    REQUIRE(published);
  }
  /// For what has a time written down: addresses that cool off, the audit log.
  void let_pass(std::chrono::hours duration) {
    database.sql("UPDATE address SET until = until - $1::bigint * interval '1 hour'", {duration.count()});
    database.sql("ALTER TABLE audit DISABLE TRIGGER audit_is_immutable");  // only time passes
    database.sql("UPDATE audit SET at = at - $1::bigint * interval '1 hour'", {duration.count()});
  }
  void age_baselines(std::chrono::minutes duration) {
    database.sql("UPDATE apply_baseline SET taken_at = taken_at - $1::bigint * interval '1 minute'",
                 {duration.count()});
  }
  void age_peeringdb(std::chrono::seconds duration) {
    database.sql(
        "WITH n AS (UPDATE peeringdb_network SET seen_at = seen_at - $1::bigint * interval '1 second', "
        "asked_at = asked_at - $1::bigint * interval '1 second', gone_since = gone_since - $1::bigint * "
        "interval '1 second', ordered_at = ordered_at - $1::bigint * interval '1 second'), "
        "q AS (UPDATE peeringdb_query SET asked_at = asked_at - $1::bigint * interval '1 second') "
        "UPDATE peeringdb_access SET next_query_at = next_query_at - $1::bigint * interval '1 second'",
        {duration.count()});
  }
  void steal(const Job& job) { database.sql("UPDATE job SET fence = fence + 1 WHERE id = $1", {job.id}); }

  TestDatabase database;
  store::Database owner{database.settings()};
  store::Database app{database.settings("ztix_app")};
  store::Database worker{database.settings("ztix_worker")};
  store::PgAccountStore account_store{owner};
  store::PgNetworkStore network_store{owner};
  store::PgRequestStore request_store{app};
  store::PgJobStore job_store{worker};
  store::PgProvisionStore provision_store{worker};
  store::PgApplyStore apply_store{worker};
  store::PgForecastStore forecast_store{worker};
  store::PgRolloutStore rollout_store{worker, {0s, 0s, 0s, 60s}};
  store::PgRolloutStore rollout_of_app{app};
  store::PgRouteServerStore route_server_store{owner};
  store::PgAuditStore audit_store{app};
  store::PgLifecycleStore lifecycle_store{app};
  store::PgDepartureStore departure_store{worker};
  store::PgPeeringDbStore peeringdb_store{worker};
  store::PgQueryPace query_pace{worker};
};

}  // namespace ztix::test
