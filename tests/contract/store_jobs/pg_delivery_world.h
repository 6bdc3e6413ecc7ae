#pragma once

/// @file tests/contract/store_jobs/pg_delivery_world.h
/// The World of delivery_world.h over a real PostgreSQL.

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

/// Each store as the role of the program that uses it, so the contract also proves the grants.
struct PgDeliveryWorld {
  PgDeliveryWorld() { database.sql("INSERT INTO installation (name, single_admin) VALUES ('test', true)"); }

  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::JobStore& jobs() { return job_store; }
  service::ProvisionStore& provision() { return provision_store; }
  service::ApplyStore& apply() { return apply_store; }
  service::RouteServerStore& route_servers() { return route_server_store; }
  service::AuditStore& audit() { return audit_store; }

  void change_options(std::int64_t membership) {
    database.sql("UPDATE membership SET md5_key = 'secret123' || (version + 1), version = version + 1 WHERE id = $1",
                 {membership});
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
  store::PgRouteServerStore route_server_store{owner};
  store::PgAuditStore audit_store{app};
};

}  // namespace ztix::test
