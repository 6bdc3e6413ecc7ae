#pragma once

/// @file core/store/forecast_store.h
/// Forecasts, measurements and baselines, in PostgreSQL.

#include "core/service/ports/forecast_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgForecastStore final : public service::ForecastStore {
 public:
  explicit PgForecastStore(Database& database) : database_(database) {}

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

  /// Digest of the templates that the newest revision was published with; empty before the first one. Another than this
  /// build's means that workers of different builds run, or one with templates for tests.
  Result<std::string> released_templates();

 private:
  Database& database_;
};

}  // namespace ztix::store
