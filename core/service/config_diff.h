#pragma once

/// @file core/service/config_diff.h
/// What differs between two configurations, for people.

#include <optional>
#include <string>
#include <string_view>

#include "core/service/forecast.h"
#include "core/service/ports/forecast_store.h"

namespace ztix::service {

/// A unified diff (three lines around each change) of the roots, without revision, digest and includes, and of each
/// membership's object; empty when nothing differs. MD5 keys are `***` on both sides. Long ones are cut, and say so.
/// @param before  nullopt: everything is new.
[[nodiscard]] std::string config_diff(const std::optional<ConfigText>& before, const ConfigText& after);

/// A forecast as it is kept and shown: only sessions that something happens to, with the diff.
[[nodiscard]] ForecastRecord record_of(const Forecast& told, domain::Revision from, domain::Revision to,
                                       std::string diff);

/// The same for two texts, under this name.
[[nodiscard]] std::string text_diff(std::string_view name, std::string_view before, std::string_view after);

}  // namespace ztix::service
