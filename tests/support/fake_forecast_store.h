#pragma once

/// @file tests/support/fake_forecast_store.h
/// Forecasts, measurements and baselines in memory.

#include <map>
#include <utility>

#include "core/service/ports/forecast_store.h"
#include "tests/support/fake_delivery.h"

namespace ztix::test {

class FakeForecastStore final : public service::ForecastStore {
 public:
  explicit FakeForecastStore(FakeDelivery& delivery) : delivery_(delivery) {}

  Status record_forecast(const service::Job& job, const std::string& route_server,
                         const service::ForecastRecord& forecast) override;
  Status record_baseline(const service::Job& job, const std::string& route_server,
                         const service::Baseline& baseline) override;
  Result<std::optional<service::Baseline>> earlier_baseline(const std::string& route_server) override;
  Status record_measurement(const service::Job& job, const std::string& route_server, domain::Revision revision,
                            const service::MeasurementRecord& measured) override;
  Result<std::vector<service::WitnessHost>> witnesses(const std::string& route_server) override;
  Result<std::optional<service::ForecastView>> forecast(const std::string& route_server,
                                                        std::optional<domain::Revision> revision) override;

 private:
  struct Aged {
    Timestamp taken_at{};
    service::Baseline baseline;
  };

  FakeDelivery& delivery_;
  std::map<std::pair<std::string, domain::Revision>, service::ForecastView> views_;
  std::map<std::string, Aged> baselines_;
};

}  // namespace ztix::test
