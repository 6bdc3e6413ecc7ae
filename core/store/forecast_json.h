#pragma once

/// @file core/store/forecast_json.h
/// Forecasts, measurements and baselines as JSON and back. Written by us alone, so reading is strict.

#include <string>

#include "core/base/result.h"
#include "core/service/ports/forecast_store.h"

namespace ztix::store {

/// Sessions and shared parts; the other fields have columns of their own.
[[nodiscard]] std::string encode_content(const service::ForecastRecord& forecast);
[[nodiscard]] std::string encode(const service::MeasurementRecord& measured);
/// What a verdict needs of it: BGP sessions, ROAs, the host's clock.
[[nodiscard]] std::string encode(const service::Baseline& baseline);

/// All: `internal` for text that encode() would not have written.
[[nodiscard]] Status decode_content(const std::string& text, service::ForecastRecord& forecast);
[[nodiscard]] Status decode(const std::string& text, service::MeasurementRecord& measured);
[[nodiscard]] Result<service::Baseline> decode_baseline(const std::string& text);

}  // namespace ztix::store
