#include "tests/support/fake_forecast_store.h"

namespace ztix::test {

using domain::Revision;
using service::Baseline;
using service::ForecastView;
using service::Job;

Status FakeForecastStore::record_forecast(const Job& job, const std::string& route_server,
                                          const service::ForecastRecord& forecast) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  views_[{route_server, forecast.revision}] = {forecast, delivery_.exchange.now, {}, std::nullopt};
  return {};
}

Status FakeForecastStore::record_baseline(const Job& job, const std::string& route_server, const Baseline& baseline) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  const auto now = delivery_.exchange.now;
  const auto [found, is_new] = baselines_.try_emplace(route_server, Aged{now, baseline});
  found->second.baseline = baseline;
  if (now - found->second.taken_at >= service::kBaselineAge) found->second.taken_at = now;
  return {};
}

Result<std::optional<Baseline>> FakeForecastStore::earlier_baseline(const std::string& route_server) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  const auto found = baselines_.find(route_server);
  if (found == baselines_.end() || delivery_.exchange.now - found->second.taken_at >= service::kBaselineAge)
    return std::optional<Baseline>();
  return std::optional<Baseline>(found->second.baseline);
}

Status FakeForecastStore::record_measurement(const Job& job, const std::string& route_server, Revision revision,
                                             const service::MeasurementRecord& measured) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  const auto found = views_.find({route_server, revision});
  if (found == views_.end()) return fail(ErrorCode::not_found, "no forecast");
  found->second.measured = measured;
  found->second.measured_at = delivery_.exchange.now;
  if (measured.verdict == service::ApplyVerdict::good) baselines_.erase(route_server);
  return {};
}

Result<std::vector<service::WitnessHost>> FakeForecastStore::witnesses(const std::string& route_server) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  std::map<std::string, service::WitnessHost> others;
  for (const auto& other : delivery_.route_servers) {
    if (other.endpoint.name == route_server || other.config.state != domain::RouteServerState::enabled) continue;
    others[other.endpoint.name] = {other.endpoint, delivery_.jobs.current_target_fence(other.endpoint.name)};
  }
  std::vector<service::WitnessHost> hosts;
  for (const auto& [name, host] : others) hosts.push_back(host);
  return hosts;
}

Result<std::optional<ForecastView>> FakeForecastStore::forecast(const std::string& route_server,
                                                                std::optional<Revision> revision) {
  const std::lock_guard hold(delivery_.exchange.mutex);
  if (delivery_.find_route_server(route_server) == nullptr) return fail(ErrorCode::not_found, "no such route server");
  std::optional<ForecastView> newest;
  for (const auto& [key, view] : views_) {
    if (key.first == route_server && (!revision || key.second == *revision)) newest = view;
  }
  return newest;
}

}  // namespace ztix::test
