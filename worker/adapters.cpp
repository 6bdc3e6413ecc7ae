#include "worker/adapters.h"

#include "core/fabric/central.h"
#include "core/fabric/self_hosted_controller.h"
#include "core/http/curl_http_fetcher.h"
#include "core/http/origin.h"

namespace ztix::worker {
namespace {

constexpr std::chrono::milliseconds kLongestHintWait{1'000};
/// Beside the jobs: heartbeat, sweep, periodic tasks.
constexpr std::size_t kConnectionsBesideJobs = 4;

std::unique_ptr<service::FabricProvider> make_fabric(http::HttpFetcher& fetcher,
                                                     const config::FabricSettings& settings) {
  if (settings.provider == config::ProviderKind::central) {
    fabric::CentralOptions options;
    options.base_url = settings.central_base_url;
    options.token = settings.central_api_token;
    return std::make_unique<fabric::Central>(fetcher, std::move(options));
  }
  fabric::SelfHostedOptions options;
  options.base_url = settings.controller_base_url;
  options.token = settings.controller_auth_token;
  return std::make_unique<fabric::SelfHostedController>(fetcher, std::move(options));
}

remote::SshSettings ssh_settings(const config::WorkerSettings& settings) {
  remote::SshSettings ssh;
  ssh.private_key_path = settings.ssh_private_key_path;
  ssh.connect_timeout = settings.ssh_connect_timeout;
  return ssh;
}

/// The settings were checked when they were read, so this is a URL.
std::string controller_origin(const config::FabricSettings& settings) {
  const bool is_central = settings.provider == config::ProviderKind::central;
  return http::origin_of(is_central ? settings.central_base_url : settings.controller_base_url).value();
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
      jobs(database),
      provision(database),
      apply(database),
      requests(database),
      redis_hints(std::move(redis), worker, kLongestHintWait),
      hosts(ssh_settings(settings)),
      fetcher(std::make_unique<http::CurlHttpFetcher>(http::CurlOptions{{controller_origin(settings.fabric)}, {}})),
      fabric(make_fabric(*fetcher, settings.fabric)) {}

}  // namespace ztix::worker
