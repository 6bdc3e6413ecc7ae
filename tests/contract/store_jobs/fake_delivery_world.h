#pragma once

/// @file tests/contract/store_jobs/fake_delivery_world.h
/// The world of delivery_world.h in memory.

#include "tests/contract/store_jobs/delivery_world.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_apply_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_departure_store.h"
#include "tests/support/fake_forecast_store.h"
#include "tests/support/fake_lifecycle_store.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_peeringdb_store.h"
#include "tests/support/fake_provision_store.h"
#include "tests/support/fake_query_pace.h"
#include "tests/support/fake_request_store.h"
#include "tests/support/fake_rollout_store.h"
#include "tests/support/fake_route_server_store.h"

namespace ztix::test {

struct FakeDeliveryWorld {
  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::JobStore& jobs() { return job_store; }
  service::ProvisionStore& provision() { return provision_store; }
  service::ApplyStore& apply() { return apply_store; }
  service::RolloutStore& rollout() { return rollout_store; }
  service::RolloutStore& rollout_as_admin() { return rollout_store; }
  service::ForecastStore& forecasts() { return forecast_store; }
  service::RouteServerStore& route_servers() { return route_server_store; }
  service::AuditStore& audit() { return audit_store; }
  service::LifecycleStore& lifecycle() { return lifecycle_store; }
  service::DepartureStore& departures() { return departure_store; }

  service::PeeringDbStore& peeringdb() { return peeringdb_store; }
  service::QueryPace& pace() { return query_pace; }

  void change_options(std::int64_t membership) { delivery.change_options(membership); }
  void steal(const Job& job) { job_store.steal(job); }
  void trip_limit(const Request& request, const std::string& route_server, AddressFamily family) {
    for (auto& stored : exchange.requests) {
      if (stored.id == request.id) stored.tripped_limits.push_back(route_server + " " + std::string(to_string(family)));
    }
  }
  void age_peeringdb(std::chrono::seconds duration) { exchange.now += duration; }
  void age_baselines(std::chrono::minutes duration) { exchange.now += duration; }
  void let_pass(std::chrono::hours duration) { exchange.now += duration; }

  FakeExchange exchange;
  FakeJobStore job_store;
  FakeDelivery delivery{exchange, job_store};
  FakeAccountStore account_store{exchange};
  FakeNetworkStore network_store{exchange};
  FakeRequestStore request_store{exchange};
  FakeProvisionStore provision_store{delivery};
  FakeApplyStore apply_store{delivery};
  FakeRolloutStore rollout_store{delivery, apply_store, {0s, 0s, 0s, 60s}};
  FakeForecastStore forecast_store{delivery};
  FakeRouteServerStore route_server_store{delivery};
  FakeAuditStore audit_store{exchange};
  FakeLifecycleStore lifecycle_store{delivery};
  FakeDepartureStore departure_store{delivery};
  FakePeeringDbStore peeringdb_store{exchange, job_store};
  FakeQueryPace query_pace{[this] { return exchange.now; }};
};

}  // namespace ztix::test
