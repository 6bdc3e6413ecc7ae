#include "app/presenter/forecast_json.h"

#include <nlohmann/json.hpp>

#include "app/presenter/request_json.h"

namespace ztix::app {
namespace {

Json counters_json(const service::SessionCounters& counters) {
  return {{"imported", counters.imported},
          {"filtered", counters.filtered},
          {"exported", counters.exported},
          {"preferred", counters.preferred}};
}
Json counters_json(const std::optional<service::SessionCounters>& counters) {
  return counters ? counters_json(*counters) : Json(nullptr);
}

Json totals_json(const service::RouteTotals& totals) {
  return {{"sessions_up", totals.up}, {"routes", counters_json(totals.routes)}, {"roas", totals.roas}};
}

Json sessions_json(const std::vector<service::ForecastSession>& sessions) {
  Json list = Json::array();
  for (const auto& session : sessions) {
    list.push_back({{"name", session.name},
                    {"change", domain::to_string(session.change)},
                    {"is_named", session.is_named},
                    {"because", text_or_null(session.because)},
                    {"has_restarted", session.has_restarted},
                    {"before", counters_json(session.before)},
                    {"after", counters_json(session.after)}});
  }
  return list;
}

Json measured_json(const service::ForecastView& view) {
  if (!view.measured_at) return nullptr;
  return {{"at", to_rfc3339(*view.measured_at)},
          {"verdict", to_string(view.measured.verdict)},
          {"harm", text_or_null(view.measured.harm)},
          {"restarts", view.measured.restarts},
          {"before", totals_json(view.measured.before)},
          {"after", totals_json(view.measured.after)},
          {"sessions", sessions_json(view.measured.sessions)}};
}

}  // namespace

Json forecast_json(const service::ForecastView& view) {
  const auto& told = view.forecast;
  Json shared = Json::array();
  for (const auto part : told.shared) shared.push_back(domain::to_string(part));
  return {{"revision", told.revision},
          {"from_revision", told.from_revision},
          {"computed_at", to_rfc3339(view.computed_at)},
          {"change", domain::to_string(told.change)},
          {"restarts", told.restarts},
          {"unnamed_restarts", told.unnamed_restarts},
          {"shared", shared},
          {"sessions", sessions_json(told.sessions)},
          {"diff", told.diff},
          {"measured", measured_json(view)}};
}

}  // namespace ztix::app
