#include "worker/adapters.h"

#include <stdexcept>

#include "core/http/origin.h"

namespace ztix::worker {
namespace {

constexpr std::chrono::milliseconds kLongestHintWait{1'000};
/// Beside the jobs: heartbeat, sweep, periodic tasks, sealing, silent sessions.
constexpr std::size_t kConnectionsBesideJobs = 5;

remote::SshSettings ssh_settings(const config::WorkerSettings& settings) {
  remote::SshSettings ssh;
  ssh.private_key_path = settings.ssh_private_key_path;
  ssh.connect_timeout = settings.ssh_connect_timeout;
  return ssh;
}

domain::RolloutRules rollout_rules(const config::WorkerSettings& settings) {
  domain::RolloutRules rules;
  rules.bake_filters = settings.bake_filters;
  rules.bake_shared = settings.bake_shared;
  // A lost session gets as long to come back as three looks at it take.
  rules.quiet_after_harm = std::chrono::ceil<std::chrono::seconds>(3 * settings.verify_budget);
  return rules;
}

http::CurlOptions only_origin_of(const std::string& url) {
  const auto origin = http::origin_of(url);
  if (!origin) throw std::logic_error("the URL of a setting was not checked");
  return {{*origin}, {}};
}

}  // namespace

Result<std::unique_ptr<Adapters>> Adapters::build(const config::WorkerSettings& settings, const std::string& worker) {
  ZTIX_ASSIGN(auto database, store::DatabaseSettings::from_url(settings.database_url));
  ZTIX_ASSIGN(auto redis, queue::RedisAddress::parse(settings.redis_url.expose()));
  database.application_name = "ztix-worker";
  database.pool_size = static_cast<std::size_t>(settings.threads) + kConnectionsBesideJobs;
  return std::make_unique<Adapters>(settings, std::move(database), std::move(redis), worker);
}

Adapters::Adapters(const config::WorkerSettings& settings, store::DatabaseSettings database_settings,
                   queue::RedisAddress redis, const std::string& worker)
    : database(std::move(database_settings)),
      claims(database.settings().for_claims()),
      jobs(database, claims),
      provision(database),
      departures(database),
      apply(database),
      rollout(database, rollout_rules(settings)),
      forecasts(database),
      requests(database),
      watch(database),
      drift(database),
      drains(database),
      history(database, {settings.job_retention, settings.history_retention}),
      peeringdb(database),
      peeringdb_pace(database),
      sealing(settings.audit_key.empty()
                  ? nullptr
                  : std::make_unique<AuditSealing>(database, settings.audit_key, settings.audit_head_file)),
      redis_hints(std::move(redis), worker, kLongestHintWait),
      hosts(ssh_settings(settings)),
      provider(
          fabric::make_provider({settings.fabric.is_central(), settings.fabric.base_url(), settings.fabric.token()})),
      peeringdb_fetcher(only_origin_of(settings.peeringdb_data.api_url)),
      peeringdb_directory(
          {peeringdb_fetcher, peeringdb_pace, clock},
          {settings.peeringdb_data.api_url, settings.peeringdb_data.api_key, settings.peeringdb_data.contact}) {}

}  // namespace ztix::worker
