#pragma once

/// @file worker/adapters.h
/// Everything of the outside world that jobs use, built once from the settings.

#include <memory>
#include <string>

#include "core/config/settings.h"
#include "core/fabric/provider.h"
#include "core/http/curl_http_fetcher.h"
#include "core/peeringdb/peeringdb_client.h"
#include "core/queue/redis_wake_up.h"
#include "core/remote/ssh_route_server_hosts.h"
#include "core/service/system.h"
#include "core/store/apply_store.h"
#include "core/store/audit_head_export.h"
#include "core/store/audit_sealer.h"
#include "core/store/database.h"
#include "core/store/departure_store.h"
#include "core/store/drain_store.h"
#include "core/store/drift_store.h"
#include "core/store/forecast_store.h"
#include "core/store/history.h"
#include "core/store/job_store.h"
#include "core/store/peeringdb_store.h"
#include "core/store/provision_store.h"
#include "core/store/request_store.h"
#include "core/store/rollout_store.h"
#include "core/store/watch_store.h"

namespace ztix::worker {

/// What chains the audit log, for one thread.
struct AuditSealing {
  AuditSealing(store::Database& database, const SecretString& key, const std::string& head_file)
      : chain(key), sealer(database, chain), heads(sealer, chain, store::AuditHeadFile(head_file)) {}

  service::AuditChain chain;
  store::PgAuditSealer sealer;
  store::AuditHeadExport heads;
};

struct Adapters {
  /// `invalid_argument` for a URL that cannot be parsed. Nothing is connected yet: a worker starts while its
  /// servers are down and waits for them.
  static Result<std::unique_ptr<Adapters>> build(const config::WorkerSettings& settings, const std::string& worker);

  Adapters(const config::WorkerSettings& settings, store::DatabaseSettings database_settings, queue::RedisAddress redis,
           const std::string& worker);

  service::SystemClock clock;
  store::Database database;
  store::Database claims;  ///< does not wait for the disk
  store::PgJobStore jobs;
  store::PgProvisionStore provision;
  store::PgDepartureStore departures;
  store::PgApplyStore apply;
  store::PgRolloutStore rollout;
  store::PgForecastStore forecasts;
  store::PgRequestStore requests;
  store::PgWatchStore watch;
  store::PgDriftStore drift;
  store::PgDrainStore drains;
  store::PgHistory history;
  store::PgPeeringDbStore peeringdb;
  store::PgQueryPace peeringdb_pace;
  std::unique_ptr<AuditSealing> sealing;  ///< none without a key
  queue::RedisWakeUpReceiver redis_hints;
  remote::SshRouteServerHosts hosts;
  fabric::Provider provider;
  http::CurlHttpFetcher peeringdb_fetcher;
  peeringdb::Client peeringdb_directory;
};

}  // namespace ztix::worker
