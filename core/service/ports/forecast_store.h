#pragma once

/// @file core/service/ports/forecast_store.h
/// What was foreseen of a change on one route server, what was measured of it, and how it looked before.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/change_class.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// What was before arming.
struct Baseline {
  HostProbe probe;
  /// Sessions that were up for so long that going down says something.
  std::set<std::string> steady;
};

/// A baseline of a try that did not end well is joined with the next one's for so long.
inline constexpr std::chrono::seconds kBaselineAge{15 * 60};

/// All BGP sessions of one look together.
struct RouteTotals {
  int up = 0;
  SessionCounters routes;
  std::map<std::string, std::int64_t> roas;
  friend bool operator==(const RouteTotals&, const RouteTotals&) = default;
};

/// One session of a forecast, and what was measured of it.
struct ForecastSession {
  std::string name;
  domain::SessionChange change = domain::SessionChange::none;
  bool is_named = false;  ///< its membership changed
  std::string because;    ///< the option that decides, without its value
  bool has_restarted = false;
  std::optional<SessionCounters> before;
  std::optional<SessionCounters> after;
  friend bool operator==(const ForecastSession&, const ForecastSession&) = default;
};

/// `none`: nothing was armed yet.
enum class ApplyVerdict : std::uint8_t { none, good, harm };
inline constexpr std::array kApplyVerdicts{ApplyVerdict::none, ApplyVerdict::good, ApplyVerdict::harm};
[[nodiscard]] constexpr std::string_view to_string(ApplyVerdict verdict) noexcept {
  constexpr std::array<std::string_view, kApplyVerdicts.size()> kNames{"none", "good", "harm"};
  return kNames[static_cast<std::size_t>(verdict)];
}

/// Only sessions that something happens to, or happened, are listed.
struct ForecastRecord {
  domain::Revision revision = 0;
  domain::Revision from_revision = 0;  ///< what ran before; 0: nothing of ours
  domain::ChangeClass change = domain::ChangeClass::none;
  int restarts = 0;
  int unnamed_restarts = 0;
  std::set<domain::SharedPart> shared;
  std::vector<ForecastSession> sessions;  ///< by name
  std::string diff;                       ///< unified, secrets left out
};

struct MeasurementRecord {
  ApplyVerdict verdict = ApplyVerdict::none;
  std::string harm;  ///< empty unless that is the verdict
  int restarts = 0;
  std::vector<ForecastSession> sessions;  ///< the forecast's, completed, and those that only the measurement names
  RouteTotals before;
  RouteTotals after;
};

struct ForecastView {
  ForecastRecord forecast;
  Timestamp computed_at{};
  MeasurementRecord measured;  ///< of the last try
  std::optional<Timestamp> measured_at;
};

/// Another route server that can be asked what the members do there.
struct WitnessHost {
  RouteServerEndpoint endpoint;
  std::int64_t fence = 0;  ///< the current one; looking does not raise it
};

class ForecastStore {
 public:
  virtual ~ForecastStore() = default;

  /// After A5. A later try of the same revision replaces it.
  virtual Status record_forecast(const Job& job, const std::string& route_server, const ForecastRecord& forecast) = 0;
  /// A6. While an earlier one counts its age is kept, so that no retry makes it younger.
  virtual Status record_baseline(const Job& job, const std::string& route_server, const Baseline& baseline) = 0;
  /// Of a try that never ended well, unless it is older than kBaselineAge.
  virtual Result<std::optional<Baseline>> earlier_baseline(const std::string& route_server) = 0;
  /// After A8; `good` also forgets the baseline.
  virtual Status record_measurement(const Job& job, const std::string& route_server, domain::Revision revision,
                                    const MeasurementRecord& measured) = 0;
  /// Other route servers in state `enabled`, by name.
  virtual Result<std::vector<WitnessHost>> witnesses(const std::string& route_server) = 0;

  /// Of that revision, or the newest there is. nullopt: nothing was foreseen yet. `not_found` for the route server.
  virtual Result<std::optional<ForecastView>> forecast(const std::string& route_server,
                                                       std::optional<domain::Revision> revision) = 0;
};

}  // namespace ztix::service
