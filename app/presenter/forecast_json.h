#pragma once

/// @file app/presenter/forecast_json.h
/// What was foreseen and measured of a change, for administrators.

#include "app/http/envelope.h"
#include "core/service/ports/forecast_store.h"

namespace ztix::app {

[[nodiscard]] Json forecast_json(const service::ForecastView& view);

}  // namespace ztix::app
