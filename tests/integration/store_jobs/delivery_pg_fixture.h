#pragma once

/// @file tests/integration/store_jobs/delivery_pg_fixture.h
/// An exchange in PostgreSQL for what a fake cannot show: races, outages, what the schema refuses.

#include "core/store/account_store.h"
#include "core/store/apply_store.h"
#include "core/store/audit_store.h"
#include "core/store/job_store.h"
#include "core/store/network_store.h"
#include "core/store/provision_store.h"
#include "core/store/request_store.h"
#include "core/store/route_server_store.h"
#include "tests/contract/store_jobs/delivery_world.h"
#include "tests/support/test_database.h"

namespace ztix::test {

struct PgExchange {
  PgExchange() { database.sql("INSERT INTO installation (name, single_admin) VALUES ('test', true)"); }

  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::JobStore& jobs() { return job_store; }
  service::ProvisionStore& provision() { return provision_store; }
  service::ApplyStore& apply() { return apply_store; }
  service::RouteServerStore& route_servers() { return route_server_store; }
  service::AuditStore& audit() { return audit_store; }

  /// The first column of the first row, as text.
  std::string value(const std::string& query) {
    return database.sql("SELECT (" + query + ")::text AS value").one().get<std::string>("value");
  }

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
  store::PgRouteServerStore route_server_store{owner};
  store::PgAuditStore audit_store{app};
};

}  // namespace ztix::test
